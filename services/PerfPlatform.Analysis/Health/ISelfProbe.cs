using PerfPlatform.Analysis.Health.Probes;

namespace PerfPlatform.Analysis.Health;

/// <summary>Says how the parts of the process do.</summary>
public interface ISelfProbe
{
    /// <summary>A result for each part, by its name.</summary>
    Task<IReadOnlyDictionary<string, ProbeResult>> CheckAsync(CancellationToken cancellationToken);
}

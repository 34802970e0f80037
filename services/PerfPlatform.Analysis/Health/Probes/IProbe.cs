using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Analysis.Health.Probes;

/// <summary>Checks components of one kind of probe.</summary>
public interface IProbe
{
    /// <summary>The kind.</summary>
    ProbeKind Kind { get; }

    /// <summary>What is wrong with a definition, or null.</summary>
    string? Validate(Probe probe);

    /// <summary>Makes one check. Ends by itself after the definition's timeout and throws only when cancelled.</summary>
    /// <param name="definition">What to check.</param>
    /// <param name="heartbeat">When the component last called in and has to again.</param>
    /// <param name="cancellationToken">Ends the check.</param>
    Task<ProbeResult> CheckAsync(ComponentDefinition definition, Heartbeat heartbeat, CancellationToken cancellationToken);
}

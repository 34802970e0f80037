using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Analysis.Health;

/// <summary>A span of one status in the history of a component.</summary>
public sealed class HealthCheckRow
{
    /// <summary>The component's name.</summary>
    public required string Component { get; set; }

    /// <summary>The status.</summary>
    public required ComponentStatus Status { get; set; }

    /// <summary>The first check that said so.</summary>
    public required DateTimeOffset Since { get; set; }

    /// <summary>The last.</summary>
    public required DateTimeOffset Until { get; set; }
}

namespace PerfPlatform.Analysis.Health;

/// <summary>A component's definition as it is stored.</summary>
public sealed class ComponentRow
{
    /// <summary>Its name.</summary>
    public required string Name { get; set; }

    /// <summary>The definition as JSON.</summary>
    public required string Definition { get; set; }

    /// <summary>When it was last put.</summary>
    public required DateTimeOffset UpdatedAt { get; set; }

    /// <summary>When it last called in, or null.</summary>
    public DateTimeOffset? LastHeartbeat { get; set; }
}

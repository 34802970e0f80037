namespace PerfPlatform.Analysis.Findings.History;

/// <summary>A finding that held from one time to another.</summary>
public sealed class FindingRow
{
    /// <summary>Its number.</summary>
    public long Id { get; set; }

    /// <summary>What it is about, in one text: the same for the same subject.</summary>
    public required string Subject { get; set; }

    /// <summary>The host, or null.</summary>
    public string? Host { get; set; }

    /// <summary>When it was found first.</summary>
    public required DateTimeOffset Since { get; set; }

    /// <summary>When it was found last.</summary>
    public required DateTimeOffset Until { get; set; }

    /// <summary>The score, the pressure, or the slope an hour.</summary>
    public required double Value { get; set; }

    /// <summary>The finding as JSON, as it was at first.</summary>
    public required string Finding { get; set; }
}

using PerfPlatform.Contracts.Findings;

namespace PerfPlatform.Reports.Content;

/// <summary>The content of a performance report; what the JSON format writes as it is.</summary>
public sealed record PerformanceReport
{
    /// <summary>The start of the period.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>Its end.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>When the report was made.</summary>
    public required DateTimeOffset GeneratedAt { get; init; }

    /// <summary>Label filters.</summary>
    public required IReadOnlyList<string> Match { get; init; }

    /// <summary>The width of a step of the charts; averages and percentiles are those of the means of these steps.</summary>
    public required long StepMs { get; init; }

    /// <summary>Hosts, by name.</summary>
    public required IReadOnlyList<HostSection> Hosts { get; init; }

    /// <summary>Bottlenecks over the period.</summary>
    public required IReadOnlyList<Finding> Bottlenecks { get; init; }

    /// <summary>What to do, the most urgent first.</summary>
    public required IReadOnlyList<Finding> Recommendations { get; init; }

    /// <summary>Alerts that were not over before the period, newest first.</summary>
    public required IReadOnlyList<AlertLine> Alerts { get; init; }

    /// <summary>Components as they are when the report is made.</summary>
    public required IReadOnlyList<ComponentLine> Components { get; init; }

    /// <summary>What a reader must know, for example what could not be read.</summary>
    public required IReadOnlyList<string> Notes { get; init; }
}

using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Contracts.Hosts;

/// <summary>A question for a signal of hosts.</summary>
public sealed record HostQuestion
{
    /// <summary>What is asked.</summary>
    public required HostSignal Signal { get; init; }

    /// <summary>The start, inclusive.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The end, exclusive.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The width of a step, aligned to the Unix epoch.</summary>
    public required TimeSpan Step { get; init; }

    /// <summary>Within a step; where a source needs arithmetic it is the mean whatever is asked.</summary>
    public Aggregation Aggregation { get; init; } = Aggregation.Avg;

    /// <summary>One host by name; null for all.</summary>
    public string? Host { get; init; }

    /// <summary>More label filters.</summary>
    public IReadOnlyList<LabelMatcher> Match { get; init; } = [];

    /// <summary>A line for each device instead of one for the host.</summary>
    public bool ByDevice { get; init; }
}

using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Contracts.Hosts;

/// <summary>One query of a <see cref="SignalSource"/>: its series become one value for each host (and device).</summary>
/// <param name="Metric">The metric's exact name.</param>
/// <param name="Match">Label filters.</param>
public sealed record SignalTerm(string Metric, params IReadOnlyList<string> Match)
{
    private IReadOnlyList<LabelMatcher>? _filters;

    /// <summary>The filters, read once: expressions take long to make.</summary>
    public IReadOnlyList<LabelMatcher> Filters => _filters ??= [.. Match.Select(LabelMatcher.Parse)];

    /// <summary>What the value is multiplied with.</summary>
    public double Weight { get; init; } = 1;

    /// <summary>For counters.</summary>
    public SeriesFunction? Function { get; init; }

    /// <summary>Across the series of one host (and device).</summary>
    public Reduction Reduction { get; init; } = Reduction.Sum;
}

namespace PerfPlatform.Contracts.Queries;

/// <summary>
/// A question about a range of time. Order of work: <see cref="Function"/> on each raw series, <see cref="Aggregation"/> within the step,
/// <see cref="Reduction"/> over the series that share the labels named in <see cref="By"/>.
/// </summary>
public sealed record RangeQuery
{
    /// <summary>The most points a series may have with a step.</summary>
    public const int MaxPointsPerSeries = 11_000;

    /// <summary>The most points of an answer.</summary>
    public const int MaxPoints = 1_000_000;

    /// <summary>The most series that one question may select.</summary>
    public const int MaxSeries = 100_000;

    /// <summary>Which series; the metric is required.</summary>
    public required SeriesSelector Selector { get; init; }

    /// <summary>The first millisecond, inclusive.</summary>
    public required DateTimeOffset From { get; init; }

    /// <summary>The last, exclusive.</summary>
    public required DateTimeOffset To { get; init; }

    /// <summary>The width of a bucket, aligned to the Unix epoch; null for raw points.</summary>
    public TimeSpan? Step { get; init; }

    /// <summary>Within a step; null: <c>last</c> for counters without a function, else <c>avg</c>.</summary>
    public Aggregation? Aggregation { get; init; }

    /// <summary>Labels to group by; null: no grouping unless <see cref="Reduction"/> is given, empty: one line.</summary>
    public IReadOnlyList<string>? By { get; init; }

    /// <summary>
    /// Across series; null with <see cref="By"/> given means <c>sum</c>, for percentiles <c>max</c>: several cannot be added. Those of a histogram's series are
    /// joined by adding their buckets where this is null or <c>sum</c>.
    /// </summary>
    public Reduction? Reduction { get; init; }

    /// <summary>Before everything else, on each raw series.</summary>
    public SeriesFunction? Function { get; init; }
}

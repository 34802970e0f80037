using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>Which series one side of a rule watches: what it measures, or what that is divided by.</summary>
public sealed class RuleSide
{
    /// <summary>Makes a side ready.</summary>
    /// <param name="metric">The metric's name.</param>
    /// <param name="match">Its label filters.</param>
    /// <param name="ofHistograms">Whether a percentile of it can be one of a histogram's buckets, as in a query.</param>
    public RuleSide(string metric, IReadOnlyList<string> match, bool ofHistograms)
    {
        Series = SeriesSelector.Of(metric, match);
        if (!ofHistograms) return;
        BucketMetric = metric.EndsWith(HistogramQuantile.Suffix, StringComparison.Ordinal) ? metric : metric + HistogramQuantile.Suffix;
    }

    /// <summary>The series of the metric itself.</summary>
    public SeriesSelector Series { get; }

    /// <summary>The metric of its buckets, should it be a histogram; null where they do not count.</summary>
    public string? BucketMetric { get; }

    /// <summary>Every question whose answers it watches.</summary>
    public IEnumerable<SeriesSelector> Selectors => BucketMetric is null || BucketMetric == Series.Metric ? [Series] : [Series, Series with { Metric = BucketMetric }];

    /// <summary>Whether it watches a series, and as what.</summary>
    /// <param name="metric">The series' metric.</param>
    /// <param name="labels">Its labels.</param>
    /// <param name="bound">The bucket's upper bound; NaN where the series is no bucket.</param>
    public bool Matches(string metric, LabelSet labels, out double bound)
    {
        bound = double.NaN;
        var isBucket = metric == BucketMetric && HistogramQuantile.TryBound(labels, out bound);
        if (!isBucket) bound = double.NaN;
        if (!isBucket && metric != Series.Metric) return false;
        foreach (var matcher in Series.Match)
        {
            if (!matcher.Matches(labels)) return false;
        }

        return true;
    }

    /// <summary>Whether it watches what another one does.</summary>
    public bool IsSameAs(RuleSide? other) =>
        other is not null && Series.Metric == other.Series.Metric && BucketMetric == other.BucketMetric && Series.Match.Select(Text).SequenceEqual(other.Series.Match.Select(Text));

    private static (string Name, MatchOperator Operator, string Value) Text(LabelMatcher matcher) => (matcher.Name, matcher.Operator, matcher.Value);
}

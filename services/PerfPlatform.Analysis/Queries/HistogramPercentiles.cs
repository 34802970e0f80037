using PerfPlatform.Analysis.Registry;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Queries;

/// <summary>
/// Percentiles of a classic histogram: asked of <c>name</c> or <c>name_bucket</c>, answered from how much each bucket grew within the step. Series that are joined
/// (<c>by</c>) have their buckets added first, so the answer is the percentile of all of them together.
/// </summary>
internal static class HistogramPercentiles
{
    /// <summary>The question about the growth of buckets that the percentile is computed from; null where the metric is no histogram or no percentile is asked for.</summary>
    /// <exception cref="QueryException">The question cannot be asked of a histogram.</exception>
    public static RangeQuery? Buckets(RangeQuery query, SeriesRegistry registry)
    {
        if (query.Aggregation is not (Aggregation.P50 or Aggregation.P95 or Aggregation.P99) || query.Function is not null || query.Selector.Metric is not { Length: > 0 } metric) return null;
        var selector = query.Selector;
        if (!metric.EndsWith(HistogramQuantile.Suffix, StringComparison.Ordinal))
        {
            if (registry.Select(new SeriesSelector(metric, []), 0, 1).Count > 0) return null;
            selector = selector with { Metric = metric + HistogramQuantile.Suffix };
        }

        if (registry.Select(selector with { Match = [LabelMatcher.Parse(HistogramQuantile.Bound + "!=")] }, 0, 1).Count == 0) return null;
        if (query.Reduction is not (null or Reduction.Sum))
            throw new QueryException("Percentiles of a histogram join the buckets of its series: leave 'reduce' out or write reduce=sum.");
        var joined = query.By is not null || query.Reduction is not null;
        return query with
        {
            Selector = selector,
            Aggregation = Aggregation.Sum,
            Function = SeriesFunction.Increase,
            By = joined ? [.. query.By ?? [], HistogramQuantile.Bound] : null,
            Reduction = joined ? Reduction.Sum : null,
        };
    }

    /// <summary>The percentiles out of the lines of the buckets.</summary>
    public static IReadOnlyList<RangeSeries> Lines(RangeQuery query, IReadOnlyList<RangeSeries> buckets)
    {
        var quantile = query.Aggregation switch { Aggregation.P50 => 0.5, Aggregation.P95 => 0.95, _ => 0.99 };
        var lines = new List<RangeSeries>();
        foreach (var histogram in buckets.Where(b => HistogramQuantile.TryBound(b.Labels, out _)).GroupBy(b => LabelSet.From(b.Labels.Where(l => l.Name != HistogramQuantile.Bound))))
        {
            var columns = histogram.Select(b => (Bound: HistogramQuantile.TryBound(b.Labels, out var bound) ? bound : double.NaN, Line: b)).OrderBy(b => b.Bound).DistinctBy(b => b.Bound).ToArray();
            var bounds = Array.ConvertAll(columns, c => c.Bound);
            var counts = new double[bounds.Length];
            var times = columns[0].Line.Times;
            var values = new double[times.Count];
            for (var i = 0; i < values.Length; i++)
            {
                for (var j = 0; j < counts.Length; j++) counts[j] = columns[j].Line.Values[i] ?? 0;
                var value = HistogramQuantile.Of(quantile, bounds, counts);
                values[i] = double.IsNaN(value) ? GapColumn.Gap : value;
            }

            if (!Array.TrueForAll(values, GapColumn.IsGap)) lines.Add(new RangeSeries(query.Selector.Metric!, histogram.Key, times, new GapColumn(values)) { Note = columns[0].Line.Note });
        }

        return lines;
    }
}

using PerfPlatform.Analysis.Registry;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Queries;

/// <summary>
/// Percentiles of a classic histogram: asked of <c>name</c> or <c>name_bucket</c>, answered from how much each bucket grew within the step. Series that are joined
/// (<c>by</c>) have their buckets added first, so the answer is the percentile of all of them together; with <c>reduce</c> max, min or avg each has its own percentiles,
/// and those are joined.
/// </summary>
internal static class HistogramPercentiles
{
    /// <summary>The question about the growth of buckets that the percentile is computed from; null where the metric is no histogram or no percentile is asked for.</summary>
    /// <exception cref="QueryException">The question cannot be asked of a histogram.</exception>
    public static RangeQuery? Buckets(RangeQuery query, SeriesRegistry registry)
    {
        if (!RangePlan.IsPercentile(query.Aggregation) || query.Selector.Metric is not { Length: > 0 } metric) return null;
        var selector = query.Selector;
        if (!metric.EndsWith(HistogramQuantile.Suffix, StringComparison.Ordinal))
        {
            if (registry.Select(new SeriesSelector(metric, []), 0, 1).Count > 0) return null;
            selector = selector with { Metric = metric + HistogramQuantile.Suffix };
        }

        if (registry.Select(selector with { Match = [LabelMatcher.Parse(HistogramQuantile.Bound + "!=")] }, 0, 1).Count == 0) return null;
        if (query.Function is not null) throw new QueryException("Percentiles of a histogram are computed from the growth of its buckets: leave 'fn' out.");
        var joined = JoinsBuckets(query);
        return query with
        {
            Selector = selector,
            Aggregation = Aggregation.Sum,
            Function = SeriesFunction.Increase,
            By = joined ? [.. query.By ?? [], HistogramQuantile.Bound] : null,
            Reduction = joined ? Reduction.Sum : null,
        };
    }

    /// <summary>The unit of what a histogram counts: its sum has it, its buckets are counts.</summary>
    public static string Unit(string buckets, SeriesRegistry registry) =>
        registry.Select(new SeriesSelector(buckets[..^HistogramQuantile.Suffix.Length] + "_sum", []), 0, 1) is [var sum, ..] ? sum.Unit : "";

    /// <summary>The percentiles out of the lines of the buckets.</summary>
    public static IReadOnlyList<RangeSeries> Lines(RangeQuery query, IReadOnlyList<RangeSeries> buckets)
    {
        var lines = Percentiles(query, buckets);
        if (query is { By: null, Reduction: null } || JoinsBuckets(query)) return lines;
        var reducer = new GroupReducer(RangePlan.Of(query));
        foreach (var line in lines)
        {
            var values = ((GapColumn)line.Values).Values;
            reducer.Add(line.Labels, values, Array.ConvertAll(values, value => GapColumn.IsGap(value) ? 0L : 1));
        }

        return [.. reducer.Lines().Select(line => new RangeSeries(query.Selector.Metric!, line.Labels, lines[0].Times, line.Values) { Note = lines[0].Note })];
    }

    private static bool JoinsBuckets(RangeQuery query) => query.Reduction is Reduction.Sum || (query.Reduction is null && query.By is not null);

    private static List<RangeSeries> Percentiles(RangeQuery query, IReadOnlyList<RangeSeries> buckets)
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

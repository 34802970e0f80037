using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Contracts.Hosts;

/// <summary>Answers queries from samples in memory, by the rules of the public contract and in the plainest way.</summary>
internal sealed class RecordedStore : IMetricQueries
{
    private readonly Dictionary<(string Metric, LabelSet Labels), SortedDictionary<long, double>> _series = [];

    /// <summary>The exact questions asked, for tests that count them.</summary>
    public List<RangeQuery> Asked { get; } = [];

    public DateTimeOffset First => DateTimeOffset.FromUnixTimeMilliseconds(_series.Values.Min(s => s.Keys.First()));

    public DateTimeOffset Last => DateTimeOffset.FromUnixTimeMilliseconds(_series.Values.Max(s => s.Keys.Last()));

    public RecordedStore Add(string metric, LabelSet labels, long time, double value)
    {
        if (!_series.TryGetValue((metric, labels), out var samples)) _series[(metric, labels)] = samples = [];
        samples[time] = value;
        return this;
    }

    public RecordedStore Add(IEnumerable<SampleBatch> batches)
    {
        foreach (var batch in batches)
        {
            foreach (var series in batch.Series)
            {
                for (var i = series.Start; i < series.Start + series.Count; i++) Add(series.Descriptor!.Metric.Value, series.Descriptor.Labels, batch.Times[i], batch.Values[i]);
            }
        }

        return this;
    }

    public Task<RangeResult> QueryAsync(RangeQuery query, CancellationToken cancellationToken)
    {
        Asked.Add(query);
        if (query.Step is not { } width) return Task.FromResult(new RangeResult(query.From, query.To, 0, [.. Raw(query)]));
        var step = (long)width.TotalMilliseconds;
        var first = query.From.ToUnixTimeMilliseconds() / step * step;
        var times = new List<long>();
        for (var time = first; time < query.To.ToUnixTimeMilliseconds(); time += step) times.Add(time);
        var lines = _series.Where(s => query.Selector.Matches(s.Key.Metric, s.Key.Labels))
            .Select(s => (s.Key.Labels, Values: times.Select(t => Bucket(Apply(s.Value, query.Function), t, t + step, query)).ToArray()))
            .GroupBy(s => query.By is null ? s.Labels : s.Labels.Only([.. query.By]))
            .Select(g => new RangeSeries(query.Selector.Metric!, g.Key, times, [.. times.Select((_, i) => Reduce(g.Select(s => s.Values[i]), query.Reduction))]));
        return Task.FromResult(new RangeResult(query.From, query.To, step, [.. lines]));
    }

    public Task<Page<SeriesInfo>> SeriesAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var from = cursor is null ? 0 : int.Parse(cursor);
        var all = _series.Select((s, i) => new SeriesInfo(i, s.Key.Metric, s.Key.Labels, "", MetricKind.Unknown, DateTimeOffset.FromUnixTimeMilliseconds(s.Value.Keys.Last())))
            .Where(s => selector.Matches(s.Metric, s.Labels)).ToList();
        return Task.FromResult(new Page<SeriesInfo>([.. all.Skip(from).Take(limit)], all.Count > from + limit ? $"{from + limit}" : null));
    }

    public Task<Page<MetricInfo>> MetricsAsync(string? search, int limit, string? cursor, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<LatestValue>> LatestAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken) => throw new NotSupportedException();

    private IEnumerable<RangeSeries> Raw(RangeQuery query) => _series.Where(s => query.Selector.Matches(s.Key.Metric, s.Key.Labels))
        .Select(s => (s.Key, Samples: s.Value.Where(v => v.Key >= query.From.ToUnixTimeMilliseconds() && v.Key < query.To.ToUnixTimeMilliseconds()).ToList()))
        .Select(s => new RangeSeries(s.Key.Metric, s.Key.Labels, [.. s.Samples.Select(v => v.Key)], [.. s.Samples.Select(v => (double?)v.Value)]));

    private static IEnumerable<KeyValuePair<long, double>> Apply(SortedDictionary<long, double> samples, SeriesFunction? function)
    {
        if (function is null) return samples;
        Assert.Equal(SeriesFunction.Rate, function);
        return samples.Zip(samples.Skip(1), (a, b) => KeyValuePair.Create(b.Key, (b.Value < a.Value ? b.Value : b.Value - a.Value) * 1000 / (b.Key - a.Key)));
    }

    private static double? Bucket(IEnumerable<KeyValuePair<long, double>> samples, long from, long to, RangeQuery query)
    {
        double[] values = [.. samples.Where(s => s.Key >= from && s.Key < to && s.Key >= query.From.ToUnixTimeMilliseconds() && s.Key < query.To.ToUnixTimeMilliseconds()).Select(s => s.Value)];
        return values.Length == 0 ? null : query.Aggregation switch { Aggregation.Max => values.Max(), Aggregation.Last => values[^1], _ => values.Average() };
    }

    private static double? Reduce(IEnumerable<double?> values, Reduction? reduction)
    {
        var there = values.OfType<double>().ToArray();
        return there.Length == 0 ? null : reduction switch { Reduction.Max => there.Max(), Reduction.Min => there.Min(), Reduction.Avg => there.Average(), _ => there.Sum() };
    }
}

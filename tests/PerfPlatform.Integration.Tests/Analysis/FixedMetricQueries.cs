using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Integration.Tests.Analysis;

/// <summary>
/// Answers queries from functions of time instead of a store: for tests of what is computed from the answers, with series whose truth is known.
/// A series' function is asked for the value at the start of each step, its rate for counters.
/// </summary>
internal sealed class FixedMetricQueries : IMetricQueries
{
    private readonly List<(string Metric, LabelSet Labels, MetricKind Kind, string Unit, Func<DateTimeOffset, double?> Value)> _series = [];
    private int _asked;

    /// <summary>Makes every question fail, as a store that is away.</summary>
    public Exception? Failure { get; set; }

    /// <summary>Until it is done no question about a range is answered, as by a store that stands still.</summary>
    public Task Hold { get; set; } = Task.CompletedTask;

    /// <summary>How many questions about a range came.</summary>
    public int Asked => Volatile.Read(ref _asked);

    public FixedMetricQueries Add(string metric, LabelSet labels, string unit, Func<DateTimeOffset, double?> value, MetricKind kind = MetricKind.Gauge)
    {
        _series.Add((metric, labels, kind, unit, value));
        return this;
    }

    public Task<Page<MetricInfo>> MetricsAsync(string? search, int limit, string? cursor, CancellationToken cancellationToken) =>
        Task.FromResult(new Page<MetricInfo>([.. _series.GroupBy(s => s.Metric).Select(g => new MetricInfo(g.Key, g.First().Kind, g.First().Unit, g.Count()))], null));

    public Task<Page<SeriesInfo>> SeriesAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken)
    {
        if (Failure is not null) throw Failure;
        return Task.FromResult(new Page<SeriesInfo>(
            [.. _series.Select((s, i) => new SeriesInfo(i, s.Metric, s.Labels, s.Unit, s.Kind, null)).Where(s => selector.Matches(s.Metric, s.Labels)).Take(limit)], null));
    }

    public Task<Page<LatestValue>> LatestAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken)
    {
        if (Failure is not null) throw Failure;
        var now = TimeProvider.System.GetUtcNow();
        return Task.FromResult(new Page<LatestValue>(
            [.. _series.Select((s, i) => (s, i)).Where(x => selector.Matches(x.s.Metric, x.s.Labels))
                .Select(x => new LatestValue(x.i, x.s.Metric, x.s.Labels, now.ToUnixTimeMilliseconds(), x.s.Value(now) ?? double.NaN))], null));
    }

    public async Task<RangeResult> QueryAsync(RangeQuery query, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _asked);
        await Hold;
        if (Failure is not null) throw Failure;
        var step = (long)query.Step!.Value.TotalMilliseconds;
        var times = new List<long>();
        for (var time = query.From.ToUnixTimeMilliseconds() / step * step; time < query.To.ToUnixTimeMilliseconds(); time += step) times.Add(time);
        var lines = _series.Where(s => query.Selector.Matches(s.Metric, s.Labels))
            .Select(s => (Labels: query.By is null ? s.Labels : s.Labels.Only([.. query.By]), Values: times.Select(t => s.Value(DateTimeOffset.FromUnixTimeMilliseconds(t))).ToArray()))
            .GroupBy(s => s.Labels)
            .Select(g => new RangeSeries(query.Selector.Metric!, g.Key, times, [.. times.Select((_, i) => Reduce(g.Select(s => s.Values[i]), query.Reduction))]));
        return new RangeResult(query.From, query.To, step, [.. lines]);
    }

    private static double? Reduce(IEnumerable<double?> values, Reduction? reduction)
    {
        var there = values.OfType<double>().ToArray();
        return there.Length == 0 ? null : reduction switch { Reduction.Max => there.Max(), Reduction.Min => there.Min(), Reduction.Avg => there.Average(), _ => there.Sum() };
    }
}

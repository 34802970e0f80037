using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Tests.Alerting.History;

/// <summary>What a store would answer that holds these series.</summary>
internal sealed class StoredMetrics(params RangeSeries[] series) : IMetricQueries
{
    /// <summary>Whether the replica that has the newest samples does not answer.</summary>
    public bool IsAway { get; set; }

    public Task<RangeResult> QueryAsync(RangeQuery query, CancellationToken cancellationToken)
    {
        if (IsAway) return Task.FromResult(new RangeResult(query.From, query.To, 0, []) { Warnings = ["The newest samples are missing."] });
        var (from, to) = (query.From.ToUnixTimeMilliseconds(), query.To.ToUnixTimeMilliseconds());
        var found = series.Where(s => query.Selector.Matches(s.Metric, s.Labels)).Select(s =>
        {
            var inside = Enumerable.Range(0, s.Times.Count).Where(i => s.Times[i] >= from && s.Times[i] < to).ToList();
            return new RangeSeries(s.Metric, s.Labels, [.. inside.Select(i => s.Times[i])], [.. inside.Select(i => s.Values[i])]);
        });
        return Task.FromResult(new RangeResult(query.From, query.To, 0, [.. found]));
    }

    public Task<Page<LatestValue>> LatestAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken) =>
        Task.FromResult(new Page<LatestValue>([.. series.Where(s => selector.Matches(s.Metric, s.Labels)).Select((s, i) => new LatestValue(i + 1, s.Metric, s.Labels, s.Times[^1], s.Values[^1] ?? double.NaN))], null));

    public Task<Page<MetricInfo>> MetricsAsync(string? search, int limit, string? cursor, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<SeriesInfo>> SeriesAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken) => throw new NotSupportedException();
}

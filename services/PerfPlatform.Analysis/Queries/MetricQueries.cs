using System.Globalization;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Queries;

/// <summary>Answers questions from the registry, the head and the segments.</summary>
internal sealed class MetricQueries(SeriesRegistry registry, RegistryFollower follower, PartitionSet partitions, RangeExecution ranges, LatestReader latest, TimeProvider clock) : IMetricQueries
{
    private const int MaxLimit = 1000;
    private const int MaxAttempts = 3;

    public async Task<Page<MetricInfo>> MetricsAsync(string? search, int limit, string? cursor, CancellationToken cancellationToken)
    {
        CheckLimit(limit);
        await registry.WaitAsync(cancellationToken);
        await follower.FollowAsync(cancellationToken);
        var metrics = registry.Metrics(search, cursor, limit + 1);
        return metrics.Count > limit ? new Page<MetricInfo>([.. metrics.Take(limit)], metrics[limit - 1].Metric) : new Page<MetricInfo>(metrics, null);
    }

    public async Task<Page<SeriesInfo>> SeriesAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var (page, next) = await PageAsync(selector, limit, cursor, cancellationToken);
        var newest = await latest.ReadAsync([.. page.Select(s => s.Id)], cancellationToken);
        return new Page<SeriesInfo>(
            [.. page.Select((s, i) => new SeriesInfo(s.Id, s.Metric, s.Labels, s.Unit, s.Kind, newest[i] is { } sample ? DateTimeOffset.FromUnixTimeMilliseconds(sample.Time) : null))], next);
    }

    public async Task<Page<LatestValue>> LatestAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken)
    {
        var (page, next) = await PageAsync(selector, limit, cursor, cancellationToken);
        return new Page<LatestValue>(await LatestAsync(page, cancellationToken), next);
    }

    public async Task<RangeResult> QueryAsync(RangeQuery query, CancellationToken cancellationToken)
    {
        RangePlan.Of(query); // what is wrong with it is told before anything is waited for
        await registry.WaitAsync(cancellationToken);
        await follower.FollowAsync(cancellationToken);
        var buckets = HistogramPercentiles.Buckets(query, registry);
        var plan = RangePlan.Of(buckets ?? query);
        for (var attempt = 1; ; attempt++)
        {
            await partitions.WaitForReplayAsync(cancellationToken);
            var version = partitions.Version;
            var selector = (buckets ?? query).Selector;
            var series = registry.Select(selector, budget: new SelectionBudget(clock, cancellationToken));
            var (lines, warnings) = await ranges.RunAsync(plan, selector.Metric!, series, cancellationToken);

            // A head that was thrown away meanwhile is in the inbox and comes back: ask again rather than answer with a hole.
            if (partitions.Version == version || attempt == MaxAttempts)
            {
                var (unit, kind) = buckets is not null ? (HistogramPercentiles.Unit(selector.Metric!, registry), MetricKind.Gauge) : series.Count > 0 ? AnswerUnit.Of(query, series[0]) : ("", default);
                return new RangeResult(query.From, query.To, plan.Step, buckets is null ? lines : HistogramPercentiles.Lines(query, lines)) { Unit = unit, Kind = kind, Warnings = warnings };
            }
        }
    }

    /// <summary>The newest sample of series, those without one or that have ended left out.</summary>
    internal async Task<IReadOnlyList<LatestValue>> LatestAsync(IReadOnlyList<SeriesEntry> series, CancellationToken cancellationToken)
    {
        await partitions.WaitForReplayAsync(cancellationToken);
        var newest = await latest.ReadAsync([.. series.Select(s => s.Id)], cancellationToken);
        var values = new List<LatestValue>(series.Count);
        for (var i = 0; i < newest.Length; i++)
        {
            if (newest[i] is { } sample && !StaleMarker.Is(sample.Value)) values.Add(new LatestValue(series[i].Id, series[i].Metric, series[i].Labels, sample.Time, sample.Value));
        }

        return values;
    }

    private async Task<(IReadOnlyList<SeriesEntry> Page, string? Next)> PageAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken)
    {
        CheckLimit(limit);
        var after = 0;
        if (cursor is not null && !int.TryParse(cursor, NumberStyles.None, CultureInfo.InvariantCulture, out after))
            throw new QueryException("The cursor is not one that this list gave out: take nextCursor of the page before.");
        await registry.WaitAsync(cancellationToken);
        await follower.FollowAsync(cancellationToken);
        var series = registry.Select(selector, after, limit + 1, new SelectionBudget(clock, cancellationToken));
        return series.Count > limit ? ([.. series.Take(limit)], series[limit - 1].Id.ToString(CultureInfo.InvariantCulture)) : (series, null);
    }

    private static void CheckLimit(int limit)
    {
        if (limit is < 1 or > MaxLimit) throw new QueryException($"'limit' must be 1 to {MaxLimit}.");
    }
}

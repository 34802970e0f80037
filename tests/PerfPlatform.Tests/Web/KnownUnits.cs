using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Tests.Web;

/// <summary>A store that knows the units of some metrics and nothing else.</summary>
internal sealed class KnownUnits(params (string Metric, string Unit)[] known) : IMetricQueries
{
    public Task<Page<SeriesInfo>> SeriesAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken) => Task.FromResult(new Page<SeriesInfo>(
        [.. known.Where(k => k.Metric == selector.Metric).Select(k => new SeriesInfo(1, k.Metric, LabelSet.Empty, k.Unit, MetricKind.Gauge, null))], null));

    public Task<Page<MetricInfo>> MetricsAsync(string? search, int limit, string? cursor, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<RangeResult> QueryAsync(RangeQuery query, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<LatestValue>> LatestAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken) => throw new NotSupportedException();
}

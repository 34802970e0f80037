using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.ServiceDefaults;

internal sealed class MetricQueriesClient(HttpClient client) : IMetricQueries
{
    public Task<Page<MetricInfo>> MetricsAsync(string? search, int limit, string? cursor, CancellationToken cancellationToken) =>
        client.GetAsync<Page<MetricInfo>>(new RequestAddress("/api/v1/metrics").With("search", search).With("limit", limit).With("cursor", cursor), cancellationToken);

    public Task<Page<SeriesInfo>> SeriesAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken) =>
        client.GetAsync<Page<SeriesInfo>>(new RequestAddress("/api/v1/series").With(selector).With("limit", limit).With("cursor", cursor), cancellationToken);

    public Task<RangeResult> QueryAsync(RangeQuery query, CancellationToken cancellationToken) =>
        client.GetAsync<RangeResult>(
            new RequestAddress("/api/v1/query").With(query.Selector).With("from", query.From).With("to", query.To)
                .With("step", query.Step is { } step ? DurationText.Format(step) : null)
                .With("agg", Name(query.Aggregation)).With("by", query.By is null ? null : string.Join(',', query.By))
                .With("reduce", Name(query.Reduction)).With("fn", Name(query.Function)),
            cancellationToken);

    public Task<Page<LatestValue>> LatestAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken) =>
        client.GetAsync<Page<LatestValue>>(new RequestAddress("/api/v1/latest").With(selector).With("limit", limit).With("cursor", cursor), cancellationToken);

    // The API's words are the members' names in lower case.
    private static string? Name<T>(T? value) where T : struct, Enum => value?.ToString().ToLowerInvariant();
}

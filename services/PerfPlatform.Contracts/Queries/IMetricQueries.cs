namespace PerfPlatform.Contracts.Queries;

/// <summary>Questions to the metric store. In the process of Analysis the store itself, elsewhere a typed HTTP client of its API.</summary>
public interface IMetricQueries
{
    /// <summary>Metric names whose name contains <paramref name="search"/> (case-insensitive; null for all), by name.</summary>
    Task<Page<MetricInfo>> MetricsAsync(string? search, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>The series that are selected, by id.</summary>
    Task<Page<SeriesInfo>> SeriesAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken);

    /// <summary>The answer to a range query.</summary>
    /// <exception cref="QueryException">The question breaks a limit or is not complete.</exception>
    Task<RangeResult> QueryAsync(RangeQuery query, CancellationToken cancellationToken);

    /// <summary>The newest sample of each selected series, by id.</summary>
    Task<Page<LatestValue>> LatestAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken);
}

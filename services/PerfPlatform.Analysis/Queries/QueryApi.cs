using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Queries;

/// <summary>The query part of the public API.</summary>
internal static class QueryApi
{
    public static void MapQueries(this IEndpointRouteBuilder routes)
    {
        var api = routes.MapGroup("/api/v1").WithTags("Queries").RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status400BadRequest);
        api.MapGet("/metrics", MetricsAsync).WithName("ListMetrics").WithSummary("Metric names with kind, unit and number of series");
        api.MapGet("/series", SeriesAsync).WithName("ListSeries").WithSummary("The series of a metric");
        api.MapGet("/query", QueryAsync).WithName("Query").WithSummary("Samples of a range of time, raw or in steps")
            .WithDescription("Order of work: fn on each raw series, agg within the step, reduce over the series that share the labels named in by. Steps are aligned to the Unix epoch; an empty bucket is null; NaN and infinities are strings.")
            .Produces<RangeResult>();
        api.MapGet("/latest", LatestAsync).WithName("Latest").WithSummary("The newest sample of each series");

        routes.MapGet("/internal/series", ResolveAsync).WithName("ResolveSeries").WithSummary("Series by their ids, for the platform's own services")
            .ExcludeFromDescription().RequireScope(Scopes.Read);
    }

    private static async Task<Ok<Page<MetricInfo>>> MetricsAsync(
        IMetricQueries queries,
        CancellationToken cancellationToken,
        [Description("A part of the name; upper and lower case are the same.")] string? search = null,
        [Description("1 to 1,000.")] int limit = 100,
        [Description("nextCursor of the page before.")] string? cursor = null) =>
        TypedResults.Ok(await queries.MetricsAsync(search, limit, cursor, cancellationToken));

    private static async Task<Ok<Page<SeriesInfo>>> SeriesAsync(
        IMetricQueries queries,
        CancellationToken cancellationToken,
        [Description("The metric's name; all metrics where it is left out.")] string? metric = null,
        [Description("A label filter: host.name=web-1, !=, ~ (regular expression, anchored), !~. Repeat for AND.")] string[]? match = null,
        [Description("1 to 1,000.")] int limit = 100,
        [Description("nextCursor of the page before.")] string? cursor = null) =>
        TypedResults.Ok(await queries.SeriesAsync(QueryParameters.Selector(metric, match), limit, cursor, cancellationToken));

    private static async Task<Ok<Page<LatestValue>>> LatestAsync(
        IMetricQueries queries,
        CancellationToken cancellationToken,
        [Description("The metric's name; all metrics where it is left out.")] string? metric = null,
        [Description("A label filter, as for /series.")] string[]? match = null,
        [Description("1 to 1,000.")] int limit = 100,
        [Description("nextCursor of the page before.")] string? cursor = null) =>
        TypedResults.Ok(await queries.LatestAsync(QueryParameters.Selector(metric, match), limit, cursor, cancellationToken));

    private static async Task<IResult> QueryAsync(
        IMetricQueries queries,
        TimeProvider clock,
        CancellationToken cancellationToken,
        [Description("The metric's name.")] string? metric = null,
        [Description("A label filter, as for /series.")] string[]? match = null,
        [Description("Inclusive: RFC 3339, Unix milliseconds or now-15m. Left out: now-1h.")] string? from = null,
        [Description("Exclusive. Left out: now.")] string? to = null,
        [Description("The width of a bucket, for example 10s. Left out: raw points.")] string? step = null,
        [Description("Within a step: avg, min, max, sum, count, last, p50, p95, p99. Left out: last for counters, else avg.")] string? agg = null,
        [Description("Labels to group by, separated by commas; empty: one line.")][FromQuery] string[]? by = null,
        [Description("Across series: sum, avg, min, max.")] string? reduce = null,
        [Description("On each raw series: rate, increase, delta.")] string? fn = null)
    {
        var now = clock.GetUtcNow();
        var query = new RangeQuery
        {
            Selector = QueryParameters.Selector(metric, match),
            From = TimeText.Read("from", from ?? "now-1h", now),
            To = TimeText.Read("to", to ?? "now", now),
            Step = QueryParameters.Step(step),
            Aggregation = EnumWords.Read<Aggregation>("agg", agg),
            By = QueryParameters.By(by),
            Reduction = EnumWords.Read<Reduction>("reduce", reduce),
            Function = EnumWords.Read<SeriesFunction>("fn", fn),
        };
        return new RangeAnswer(await queries.QueryAsync(query, cancellationToken));
    }

    private static async Task<Ok<SeriesResolution>> ResolveAsync(ISeriesCatalog catalog, string ids, CancellationToken cancellationToken) =>
        TypedResults.Ok(await catalog.ResolveAsync(QueryParameters.Ids(ids), cancellationToken));
}

using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Analysis.Findings.History;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Findings.Answers;

/// <summary>What analysis finds, over HTTP.</summary>
public static class FindingsApi
{
    /// <summary>Maps <c>/api/v1/analysis/...</c>.</summary>
    public static void MapFindingsApi(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/v1/analysis").WithTags("Analysis").RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status400BadRequest);
        group.MapGet("/trends", ([AsParameters] FindingQuery query, FindingService findings, TimeProvider clock, CancellationToken cancellationToken) =>
                FindAsync(FindingKind.Trend, query, findings, clock, cancellationToken))
            .WithName("GetTrends").WithSummary("Where the series of a metric are going: slope with its 95 % interval and significance, the clearest first.");
        group.MapGet("/bottlenecks", ([AsParameters] FindingQuery query, FindingService findings, TimeProvider clock, CancellationToken cancellationToken) =>
                FindAsync(FindingKind.Bottleneck, query, findings, clock, cancellationToken))
            .WithName("GetBottlenecks").WithSummary("The resource that holds each host back, where one does (utilisation, saturation, errors).");
        group.MapGet("/scores", ([AsParameters] FindingQuery query, FindingService findings, TimeProvider clock, CancellationToken cancellationToken) =>
                FindAsync(FindingKind.Score, query, findings, clock, cancellationToken))
            .WithName("GetScores").WithSummary("How well hosts and applications do, 0 to 100, with what cost points; the lowest first.");
        group.MapGet("/recommendations", ([AsParameters] FindingQuery query, FindingService findings, TimeProvider clock, CancellationToken cancellationToken) =>
                FindAsync(FindingKind.Recommendation, query, findings, clock, cancellationToken))
            .WithName("GetRecommendations").WithSummary("What to do, derived from bottlenecks and from what fills up, the most urgent first.");
        group.MapGet("/forecast", ([AsParameters] ForecastQuery query, FindingService findings, TimeProvider clock, CancellationToken cancellationToken) =>
                FindAsync(FindingKind.Forecast, query, findings, clock, cancellationToken))
            .WithName("GetForecast").WithSummary("What comes next of the series of a metric: expected values with 95 % intervals, and when what fills up is full; what will be full first, first.");
        group.MapGet("/history/{kind}", HistoryAsync)
            .WithName("GetFindingHistory").WithSummary("Bottlenecks, scores and trends as they were found minute by minute, joined while they stayed the same; newest first.");
    }

    private static async Task<Ok<Page<Finding>>> FindAsync(FindingKind kind, FindingQuery query, FindingService findings, TimeProvider clock, CancellationToken cancellationToken)
    {
        var found = await findings.FindAsync(kind, query.ToRequest(findings.DefaultPeriod(kind), clock.GetUtcNow()), cancellationToken);
        return TypedResults.Ok(new Page<Finding>([.. found.Take(FindingPeriod.Limit(query.Limit ?? 100))], null));
    }

    private static async Task<Ok<Page<Finding>>> HistoryAsync(
        [Description("bottleneck, score or trend")] string kind,
        [Description("The start of the period; default now-24h")] string? from,
        [Description("Its end; default now")] string? to,
        [Description("Only this host")] string? host,
        FindingStore store, TimeProvider clock, CancellationToken cancellationToken,
        [Description("1 to 1,000")] int limit = 100,
        [Description("From the page before")] string? cursor = null)
    {
        if (EnumWords.Read<FindingKind>("kind", kind) is not { } parsed || !FindingStore.Kinds.Contains(parsed))
            throw new QueryException($"There is no history of '{kind}': ask for bottleneck, score or trend.");
        var period = FindingPeriod.Parse(from, to, TimeSpan.FromDays(1), clock.GetUtcNow());
        return TypedResults.Ok(await store.HistoryAsync(parsed, period.From, period.To, host, FindingPeriod.Limit(limit), cursor, cancellationToken));
    }
}

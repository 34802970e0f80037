using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Alerting.Catalogue;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Api;

/// <summary><c>/api/v1/alerts</c>.</summary>
public static class AlertsApi
{
    /// <summary>Maps the endpoints.</summary>
    public static void MapAlerts(this IEndpointRouteBuilder endpoints)
    {
        var alerts = endpoints.MapGroup("/api/v1/alerts").WithTags("Alerts").AddEndpointFilter<DatabaseTroubleFilter>();
        alerts.MapGet("", ListAsync).WithName("ListAlerts").WithSummary("Alerts, and how many of each severity").RequireScope(Scopes.Read);
        alerts.MapGet("/{id:guid}", FindAsync).WithName("GetAlert").WithSummary("One alert").RequireScope(Scopes.Read);
        alerts.MapPost("/{id:guid}/ack", AcknowledgeAsync).WithName("AcknowledgeAlert").WithSummary("Take an alert on").RequireScope(Scopes.Write);
    }

    /// <summary>Who is asking: the user or the key.</summary>
    public static string Caller(ClaimsPrincipal user) => user.FindFirst("sub")?.Value ?? user.FindFirst("key")?.Value ?? user.Identity?.Name ?? "unknown";

    private static async Task<Results<Ok<AlertPage>, ProblemHttpResult>> ListAsync(
        AlertCatalog catalog,
        TimeProvider clock,
        CancellationToken cancellationToken,
        [Description("pending, firing, resolved, unknown; several with commas")] string[]? state = null,
        [Description("info, warning, critical; several with commas")] string[]? severity = null,
        [Description("Label filters; alertname, severity and ruleId count as labels")] string[]? match = null,
        [Description("Only alerts that were not over before")] string? from = null,
        [Description("Only alerts that began before")] string? to = null,
        [Description("newest, or worst: by state, then by severity")] string? order = null,
        [Description("1 to 1,000")] int limit = 100,
        [Description("From the page before")] string? cursor = null)
    {
        var now = clock.GetUtcNow();
        var matchers = new List<LabelMatcher>();
        foreach (var text in match ?? [])
        {
            if (!LabelMatcher.TryParse(text, out var matcher, out var error)) return Problems.BadRequest(error);
            matchers.Add(matcher);
        }

        if (limit is < 1 or > 1000) return Problems.BadRequest("'limit' must be 1 to 1000.");
        return TypedResults.Ok(await catalog.AlertsAsync(
            new AlertQuery
            {
                States = EnumWords.ReadAll<AlertState>("state", state),
                Severities = EnumWords.ReadAll<Severity>("severity", severity),
                Match = matchers,
                From = from is null ? null : TimeText.Read("from", from, now),
                To = to is null ? null : TimeText.Read("to", to, now),
                Order = EnumWords.Read<AlertOrder>("order", order) ?? default,
                Limit = limit,
                Cursor = cursor,
            },
            cancellationToken));
    }

    private static async Task<Results<Ok<Alert>, ProblemHttpResult>> FindAsync([Description("The alert's id")] Guid id, AlertCatalog catalog, CancellationToken cancellationToken) =>
        await catalog.FindAsync(id, cancellationToken) is { } alert ? TypedResults.Ok(alert) : NoSuchAlert(id);

    private static async Task<Results<Ok<Alert>, ProblemHttpResult>> AcknowledgeAsync(
        [Description("The alert's id")] Guid id, AcknowledgeRequest? request, AlertCatalog catalog, HttpContext context, CancellationToken cancellationToken)
    {
        if (request?.Comment is { Length: > 2000 }) return Problems.BadRequest("'comment' is longer than 2,000 characters.");
        return await catalog.AcknowledgeAsync(id, Caller(context.User), request?.Comment, cancellationToken) is { } alert ? TypedResults.Ok(alert) : NoSuchAlert(id);
    }

    private static ProblemHttpResult NoSuchAlert(Guid id) => Problems.NotFound($"There is no alert '{id:N}': GET /api/v1/alerts lists them.");
}

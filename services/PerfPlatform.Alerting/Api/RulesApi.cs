using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Alerting.Backtests;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Alerting.History;
using PerfPlatform.Alerting.Live;
using PerfPlatform.Alerting.Rulebook;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Api;

/// <summary><c>/api/v1/alerts/rules</c>.</summary>
public static class RulesApi
{
    /// <summary>Maps the endpoints.</summary>
    public static void MapRules(this IEndpointRouteBuilder endpoints)
    {
        var rules = endpoints.MapGroup("/api/v1/alerts/rules").WithTags("Alerts").AddEndpointFilter<DatabaseTroubleFilter>();
        rules.MapGet("", ListAsync).WithName("ListAlertRules").WithSummary("Alert rules").RequireScope(Scopes.Read).OnLeader(AlertingContext.Schema);
        rules.MapPost("", AddAsync).WithName("AddAlertRule").WithSummary("Add an alert rule").RequireScope(Scopes.Write);
        rules.MapPost("/backtest", BacktestAsync).WithName("BacktestAlertRule").WithSummary("Every time a rule would have fired and resolved in a period").RequireScope(Scopes.Read);
        rules.MapGet("/{id}", FindAsync).WithName("GetAlertRule").WithSummary("One alert rule").RequireScope(Scopes.Read).OnLeader(AlertingContext.Schema);
        rules.MapPut("/{id}", ChangeAsync).WithName("ChangeAlertRule").WithSummary("Replace an alert rule; it holds within a second").RequireScope(Scopes.Write);
        rules.MapDelete("/{id}", RemoveAsync).WithName("RemoveAlertRule").WithSummary("Remove an alert rule; its alerts are over").RequireScope(Scopes.Write);
    }

    private static async Task<Results<Ok<Page<AlertRule>>, ProblemHttpResult>> ListAsync(
        RuleStore store,
        Evaluator evaluator,
        CancellationToken cancellationToken,
        [Description("1 to 1,000")] int limit = 100,
        [Description("From the page before")] string? cursor = null)
    {
        if (limit is < 1 or > 1000) return Problems.BadRequest("'limit' must be 1 to 1000.");
        var page = await store.PageAsync(limit, cursor, cancellationToken);
        return TypedResults.Ok(page with { Items = [.. page.Items.Select(r => Watched(r, evaluator))] });
    }

    private static async Task<Results<Created<AlertRule>, ProblemHttpResult>> AddAsync(
        RuleDefinition definition, RuleStore store, RuleChanges changes, MetricFit fit, CancellationToken cancellationToken)
    {
        if ((RuleValidation.Check(definition) ?? await fit.CheckAsync(definition, cancellationToken)) is { } error) return Problems.BadRequest(error);
        if (await store.AddAsync(definition, cancellationToken) is not { } rule) return Problems.Conflict($"There are {RuleStore.MaxRules} rules already: remove some first.");
        await changes.ChangedAsync(rule, cancellationToken);
        return TypedResults.Created($"/api/v1/alerts/rules/{rule.Id}", rule);
    }

    private static async Task<Results<Ok<BacktestResult>, ProblemHttpResult>> BacktestAsync(
        BacktestRequest request, Backtest backtest, MetricFit fit, TimeProvider clock, CancellationToken cancellationToken)
    {
        if ((RuleValidation.Check(request.Rule) ?? await fit.CheckAsync(request.Rule, cancellationToken)) is { } error) return Problems.BadRequest(error);
        var now = clock.GetUtcNow();
        var from = TimeText.Read("from", request.From, now);
        var to = TimeText.Read("to", request.To, now);
        if (to <= from) return Problems.BadRequest("'to' must be after 'from'.");
        if (to - from > Backtest.Longest) return Problems.BadRequest("A backtest covers at most 7d: bring 'from' and 'to' closer together.");
        return TypedResults.Ok(await backtest.RunAsync(request.Rule, from, to, cancellationToken));
    }

    private static async Task<Results<Ok<AlertRule>, ProblemHttpResult>> FindAsync(
        [Description("The rule's id")] string id, RuleStore store, Evaluator evaluator, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } rule ? TypedResults.Ok(Watched(rule, evaluator)) : NoSuchRule(id);

    private static async Task<Results<Ok<AlertRule>, ProblemHttpResult>> ChangeAsync(
        [Description("The rule's id")] string id, RuleDefinition definition, RuleStore store, RuleChanges changes, MetricFit fit, CancellationToken cancellationToken)
    {
        if ((RuleValidation.Check(definition) ?? await fit.CheckAsync(definition, cancellationToken)) is { } error) return Problems.BadRequest(error);
        if (await store.ChangeAsync(id, definition, cancellationToken) is not { } rule) return NoSuchRule(id);
        await changes.ChangedAsync(rule, cancellationToken);
        return TypedResults.Ok(rule);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        [Description("The rule's id")] string id, RuleStore store, RuleChanges changes, CancellationToken cancellationToken)
    {
        if (!await store.RemoveAsync(id, cancellationToken)) return NoSuchRule(id);
        await changes.RemovedAsync(id, cancellationToken);
        return TypedResults.NoContent();
    }

    private static AlertRule Watched(AlertRule rule, Evaluator evaluator) => rule with { Watch = evaluator.WatchOf(rule.Id) };

    private static ProblemHttpResult NoSuchRule(string id) => Problems.NotFound($"There is no alert rule '{id}': GET /api/v1/alerts/rules lists them.");
}

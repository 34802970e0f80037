using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Alerting.Silences;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Alerting.Api;

/// <summary><c>/api/v1/alerts/silences</c>.</summary>
public static class SilencesApi
{
    /// <summary>Maps the endpoints.</summary>
    public static void MapSilences(this IEndpointRouteBuilder endpoints)
    {
        var silences = endpoints.MapGroup("/api/v1/alerts/silences").WithTags("Alerts").AddEndpointFilter<DatabaseTroubleFilter>();
        silences.MapGet("", ListAsync).WithName("ListSilences").WithSummary("Silences, newest first").RequireScope(Scopes.Read);
        silences.MapPost("", AddAsync).WithName("AddSilence").WithSummary("Keep alerts quiet for a time").RequireScope(Scopes.Write);
        silences.MapGet("/{id:guid}", FindAsync).WithName("GetSilence").WithSummary("One silence").RequireScope(Scopes.Read);
        silences.MapPut("/{id:guid}", ChangeAsync).WithName("ChangeSilence").WithSummary("Replace a silence").RequireScope(Scopes.Write);
        silences.MapDelete("/{id:guid}", RemoveAsync).WithName("RemoveSilence").WithSummary("End a silence").RequireScope(Scopes.Write);
    }

    private static async Task<Results<Ok<Page<Silence>>, ProblemHttpResult>> ListAsync(
        SilenceStore store,
        CancellationToken cancellationToken,
        [Description("1 to 1,000")] int limit = 100,
        [Description("From the page before")] Guid? cursor = null)
    {
        if (limit is < 1 or > 1000) return Problems.BadRequest("'limit' must be 1 to 1000.");
        return TypedResults.Ok(await store.PageAsync(limit, cursor, cancellationToken));
    }

    private static async Task<Results<Created<Silence>, ProblemHttpResult>> AddAsync(
        SilenceDefinition definition, SilenceStore store, TimeProvider clock, HttpContext context, CancellationToken cancellationToken)
    {
        if (definition.Check(clock.GetUtcNow()) is { } error) return Problems.BadRequest(error);
        if (await store.AddAsync(definition, AlertsApi.Caller(context.User), cancellationToken) is not { } silence)
        {
            return Problems.Conflict($"There are {SilenceStore.MaxSilences} silences that are not over: remove some first.");
        }

        return TypedResults.Created($"/api/v1/alerts/silences/{silence.Id}", silence);
    }

    private static async Task<Results<Ok<Silence>, ProblemHttpResult>> FindAsync([Description("The silence's id")] Guid id, SilenceStore store, CancellationToken cancellationToken) =>
        await store.FindAsync(id, cancellationToken) is { } silence ? TypedResults.Ok(silence) : NoSuchSilence(id);

    private static async Task<Results<Ok<Silence>, ProblemHttpResult>> ChangeAsync(
        [Description("The silence's id")] Guid id, SilenceDefinition definition, SilenceStore store, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (definition.Check(clock.GetUtcNow()) is { } error) return Problems.BadRequest(error);
        return await store.ChangeAsync(id, definition, cancellationToken) is { } silence ? TypedResults.Ok(silence) : NoSuchSilence(id);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync([Description("The silence's id")] Guid id, SilenceStore store, CancellationToken cancellationToken) =>
        await store.RemoveAsync(id, cancellationToken) ? TypedResults.NoContent() : NoSuchSilence(id);

    private static ProblemHttpResult NoSuchSilence(Guid id) => Problems.NotFound($"There is no silence '{id:N}': GET /api/v1/alerts/silences lists them.");
}

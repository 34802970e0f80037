using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Health;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;
using Component = PerfPlatform.Contracts.Health.Component;

namespace PerfPlatform.Analysis.Health;

/// <summary>The health of components, over HTTP.</summary>
public static class ComponentHealthApi
{
    private const int DefaultLimit = 100;
    private const int MostLimit = 1000;

    /// <summary>Maps <c>/api/v1/health/...</c>.</summary>
    public static void MapComponentHealthApi(this IEndpointRouteBuilder endpoints)
    {
        var group = endpoints.MapGroup("/api/v1/health").WithTags("Health").OnLeader(HealthDbContext.Schema);
        group.MapGet("/summary", SummaryAsync).RequireScope(Scopes.Read)
            .WithName("GetHealthSummary").WithSummary("The health of everything in one answer: the worst status, counts, and what is not healthy.");
        group.MapGet("/components", ListAsync).RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status400BadRequest)
            .WithName("ListComponents").WithSummary("Every component and how it does, by name.");
        group.MapGet("/components/{name}", GetAsync).RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("GetComponent").WithSummary("One component and how it does.");
        group.MapPut("/components/{name}", PutAsync).RequireScope(Scopes.Write)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("PutComponent").WithSummary("Says how a component is to be watched; makes it or changes it.");
        group.MapPost("/components/{name}/check", CheckAsync).RequireScope(Scopes.Write).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("CheckComponent").WithSummary("Checks a component now and answers with what was found.");
        group.MapPost("/components/{name}/heartbeat", HeartbeatAsync).RequireScope(Scopes.Write)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("SendHeartbeat").WithSummary("The component calls in.");
        group.MapDelete("/components/{name}", DeleteAsync).RequireScope(Scopes.Write)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("DeleteComponent").WithSummary("Watches a component no longer and forgets its history.");
    }

    private static async Task<Ok<HealthSummary>> SummaryAsync(ComponentRegistry registry, CancellationToken cancellationToken) =>
        TypedResults.Ok(await registry.SummaryAsync(cancellationToken));

    private static async Task<Results<Ok<Page<Component>>, ProblemHttpResult>> ListAsync(
        ComponentRegistry registry, CancellationToken cancellationToken,
        [Description("1 to 1,000")] int limit = DefaultLimit,
        [Description("From the page before")] string? cursor = null)
    {
        if (limit is < 1 or > MostLimit) return Problems.BadRequest("'limit' is from 1 to 1000.");
        // The cursor is the last name of the page before.
        var rest = (await registry.ComponentsAsync(cancellationToken)).Where(c => cursor is null || string.CompareOrdinal(c.Name, cursor) > 0).Take(limit + 1).ToList();
        return TypedResults.Ok(new Page<Component>([.. rest.Take(limit)], rest.Count > limit ? rest[limit - 1].Name : null));
    }

    private static async Task<Results<Ok<Component>, ProblemHttpResult>> GetAsync(
        [Description("The component's name")] string name, ComponentRegistry registry, CancellationToken cancellationToken) =>
        await registry.FindAsync(name, cancellationToken) is { } component ? TypedResults.Ok(registry.Show(component)) : NoSuch(name);

    private static async Task<Results<Ok<Component>, Created<Component>, ProblemHttpResult>> PutAsync(
        [Description("The component's name")] string name, ComponentDefinition definition, ComponentRegistry registry, ComponentChecker checker, ComponentStore store,
        TimeProvider clock, CancellationToken cancellationToken)
    {
        if ((ComponentDefinitionRules.Check(name, definition) ?? checker.Validate(definition.Probe)) is { } wrong) return Problems.BadRequest(wrong);
        var before = await registry.FindAsync(name, cancellationToken);
        if (before is { IsOwn: true }) return Problems.Conflict($"'{name}' is a part of PerfPlatform: choose another name.");
        if (before is null && registry.IsFull) return Problems.Conflict($"There are {ComponentRegistry.MostComponents} components, the most there can be: remove one first.");
        var now = clock.GetUtcNow();
        if (before?.IsSameProbe(definition.Probe) == true)
        {
            await store.PutAsync(name, definition, before.LastHeartbeat, now, cancellationToken);
            before.Redefine(definition, now);
            return TypedResults.Ok(registry.Show(before));
        }

        await store.PutAsync(name, definition, null, now, cancellationToken);
        var component = new WatchedComponent(name, definition, now);
        if (before is not null) component.Prepend(before.Spans);
        registry.Put(component);
        var shown = registry.Show(component);
        return before is null ? TypedResults.Created($"/api/v1/health/components/{Uri.EscapeDataString(name)}", shown) : TypedResults.Ok(shown);
    }

    private static async Task<Results<Ok<Component>, ProblemHttpResult>> CheckAsync(
        [Description("The component's name")] string name, ComponentRegistry registry, ComponentChecker checker, CancellationToken cancellationToken)
    {
        if (await registry.FindAsync(name, cancellationToken) is not { } component) return NoSuch(name);
        // A check that runs already is as good as a new one.
        if (component.TryBegin())
        {
            try
            {
                await checker.CheckAsync(component, cancellationToken);
            }
            finally
            {
                component.End();
            }
        }

        return TypedResults.Ok(registry.Show(component));
    }

    private static async Task<Results<Ok<Component>, ProblemHttpResult>> HeartbeatAsync(
        [Description("The component's name")] string name, ComponentRegistry registry, ComponentChecker checker, HistoryWriter history, TimeProvider clock, CancellationToken cancellationToken)
    {
        if (await registry.FindAsync(name, cancellationToken) is not { } component) return NoSuch(name);
        if (component.Definition.Probe.Kind != ProbeKind.Heartbeat) return Problems.Conflict($"'{name}' is not watched by heartbeat: PUT it with a probe of the kind heartbeat.");
        component.Beat(clock.GetUtcNow());
        await history.TryWriteHeartbeatAsync(component, cancellationToken);
        await checker.CheckAsync(component, cancellationToken);
        return TypedResults.Ok(registry.Show(component));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        [Description("The component's name")] string name, ComponentRegistry registry, ComponentStore store, CancellationToken cancellationToken)
    {
        if (await registry.FindAsync(name, cancellationToken) is not { } component) return NoSuch(name);
        if (component.IsOwn) return Problems.Conflict($"'{name}' is a part of PerfPlatform and stays watched.");
        await store.DeleteAsync(name, cancellationToken);
        registry.Remove(name);
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult NoSuch(string name) => Problems.NotFound($"There is no component '{name}'. GET /api/v1/health/components lists them.");
}

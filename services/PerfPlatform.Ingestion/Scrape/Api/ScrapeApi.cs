using System.ComponentModel;
using System.Text;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Ingestion.Scrape.Coordination;
using PerfPlatform.Ingestion.Scrape.Targets;
using PerfPlatform.ServiceDefaults;
using StackExchange.Redis;

namespace PerfPlatform.Ingestion.Scrape.Api;

/// <summary><c>/api/v1/scrape/targets</c>.</summary>
internal static class ScrapeApi
{
    private const string Path = "/api/v1/scrape/targets";

    public static void MapScrapeTargets(this IEndpointRouteBuilder endpoints)
    {
        var targets = endpoints.MapGroup(Path).WithTags("Scraping").ProducesProblem(StatusCodes.Status503ServiceUnavailable);
        targets.MapGet("", ListAsync).RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status400BadRequest)
            .WithName("ListScrapeTargets").WithSummary("What is scraped, and how the last scrape of each target went");
        targets.MapGet("/{id}", FindAsync).RequireScope(Scopes.Read).ProducesProblem(StatusCodes.Status404NotFound)
            .WithName("GetScrapeTarget").WithSummary("One target and how its last scrape went");
        targets.MapPost("", AddAsync).RequireScope(Scopes.Admin).ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("AddScrapeTarget").WithSummary("Scrape one more target; credentials are never shown again");
        targets.MapPut("/{id}", ChangeAsync).RequireScope(Scopes.Admin)
            .ProducesProblem(StatusCodes.Status400BadRequest).ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("ChangeScrapeTarget").WithSummary("Replace a target that was added here; credentials that are left out stay");
        targets.MapDelete("/{id}", RemoveAsync).RequireScope(Scopes.Admin)
            .ProducesProblem(StatusCodes.Status404NotFound).ProducesProblem(StatusCodes.Status409Conflict)
            .WithName("RemoveScrapeTarget").WithSummary("Scrape a target no more; its series end");
    }

    private static async Task<Results<Ok<Page<ScrapeTargetInfo>>, ProblemHttpResult>> ListAsync(
        ScrapeTargets targets, ScrapeSupervisor supervisor,
        [Description("Only this job")] string? job = null,
        [Description("Only targets that are up, or only those that are not")] bool? up = null,
        [Description("1 to 1,000")] int limit = 100,
        [Description("From the page before")] string? cursor = null)
    {
        if (limit is < 1 or > 1000) return Problems.BadRequest("'limit' must be 1 to 1000.");
        if (!TryCursor(cursor, out var after)) return Problems.BadRequest("'cursor' must come from the page before.");
        var states = await supervisor.StatesAsync();
        var rest = targets.All.Values.Where(t => job is null || t.Job == job)
            .Where(t => up is null || (states.GetValueOrDefault(t.Id)?.Up ?? false) == up)
            .Select(t => (Key: $"{t.Job}\n{t.Address}\n{t.Id}", Target: t)).Where(t => string.CompareOrdinal(t.Key, after) > 0)
            .OrderBy(t => t.Key, StringComparer.Ordinal).Take(limit + 1).ToList();
        var next = rest.Count > limit ? Convert.ToBase64String(Encoding.UTF8.GetBytes(rest[limit - 1].Key)) : null;
        return TypedResults.Ok(new Page<ScrapeTargetInfo>([.. rest.Take(limit).Select(t => ScrapeTargetInfo.Of(t.Target, states.GetValueOrDefault(t.Target.Id)))], next));
    }

    private static async Task<Results<Ok<ScrapeTargetInfo>, ProblemHttpResult>> FindAsync([Description("The target's id")] string id, ScrapeTargets targets, ScrapeSupervisor supervisor) =>
        targets.All.TryGetValue(id, out var target) ? TypedResults.Ok(ScrapeTargetInfo.Of(target, (await supervisor.StatesAsync()).GetValueOrDefault(id))) : NoSuch(id);

    private static async Task<Results<Created<ScrapeTargetInfo>, ProblemHttpResult>> AddAsync(
        HttpContext context, ScrapeTargetDefinition definition, ScrapeTargets targets, ScrapeTargetStore store, ScrapeSupervisor supervisor, IOptions<ScrapeOptions> options, IOptions<IngestionOptions> limits)
    {
        if (ScrapeTargetRules.Check(definition, limits.Value) is { } wrong) return Problems.BadRequest(wrong);
        var id = Guid.CreateVersion7().ToString("N");
        if (await ReadAsync(context, targets, store) is { } away) return away;
        var target = ScrapeTargetRules.Target(id, ScrapeSource.Api, definition);
        if (targets.All.Count >= options.Value.MaxTargets) return Problems.Conflict($"There are {options.Value.MaxTargets} targets, the most there can be: remove some, or raise {ScrapeOptions.Section}:MaxTargets.");
        if (targets.Rival(target) is { } rival) return Taken(rival);
        if (await StoreAsync(context, store.PutAsync(id, definition), targets, store, supervisor) is { } problem) return problem;
        return TypedResults.Created($"{Path}/{id}", ScrapeTargetInfo.Of(target, null));
    }

    private static async Task<Results<Ok<ScrapeTargetInfo>, ProblemHttpResult>> ChangeAsync(
        HttpContext context, [Description("The target's id")] string id, ScrapeTargetDefinition definition, ScrapeTargets targets, ScrapeTargetStore store, ScrapeSupervisor supervisor, IOptions<IngestionOptions> limits)
    {
        if (await ReadAsync(context, targets, store) is { } away) return away;
        if (Refuse(id, targets) is { } refused) return refused;
        definition = Keep(targets.Definition(id)!, definition);
        if (ScrapeTargetRules.Check(definition, limits.Value) is { } wrong) return Problems.BadRequest(wrong);
        var target = ScrapeTargetRules.Target(id, ScrapeSource.Api, definition);
        if (targets.Rival(target) is { } rival) return Taken(rival);
        if (await StoreAsync(context, store.PutAsync(id, definition), targets, store, supervisor) is { } problem) return problem;
        return TypedResults.Ok(ScrapeTargetInfo.Of(target, (await supervisor.StatesAsync()).GetValueOrDefault(id)));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> RemoveAsync(
        HttpContext context, [Description("The target's id")] string id, ScrapeTargets targets, ScrapeTargetStore store, ScrapeSupervisor supervisor)
    {
        if (await ReadAsync(context, targets, store) is { } away) return away;
        if (Refuse(id, targets) is { } refused) return refused;
        if (await StoreAsync(context, store.RemoveAsync(id), targets, store, supervisor) is { } problem) return problem;
        return TypedResults.NoContent();
    }

    // Another instance may have changed them.
    private static Task<ProblemHttpResult?> ReadAsync(HttpContext context, ScrapeTargets targets, ScrapeTargetStore store) =>
        TryAsync(context, async () => targets.Learn(await store.ListAsync()));

    private static Task<ProblemHttpResult?> StoreAsync(HttpContext context, Task change, ScrapeTargets targets, ScrapeTargetStore store, ScrapeSupervisor supervisor) =>
        TryAsync(context, async () =>
        {
            await change;
            targets.Learn(await store.ListAsync());
            supervisor.Signal();
        });

    private static async Task<ProblemHttpResult?> TryAsync(HttpContext context, Func<Task> change)
    {
        try
        {
            await change();
            return null;
        }
        catch (Exception e) when (e is RedisException or RedisTimeoutException)
        {
            return Problems.Unavailable(context, "Redis, which keeps the targets, does not answer now: try again.", TimeSpan.FromSeconds(2));
        }
    }

    // Credentials are not shown, so a client cannot send them back.
    private static ScrapeTargetDefinition Keep(ScrapeTargetDefinition before, ScrapeTargetDefinition now)
    {
        if (now.BearerToken is null && string.IsNullOrEmpty(now.Username)) now = now with { BearerToken = before.BearerToken };
        if (now.Password is null && now.Username is not null && now.Username == before.Username) now = now with { Password = before.Password };
        // To another place they do not go: whoever may change the address must not learn them.
        var same = now.Target == before.Target && now.Scheme == before.Scheme;
        return same ? now : now with { BearerToken = now.BearerToken == before.BearerToken ? null : now.BearerToken, Password = now.Password == before.Password ? null : now.Password };
    }

    private static ProblemHttpResult? Refuse(string id, ScrapeTargets targets)
    {
        if (!targets.All.TryGetValue(id, out var target)) return NoSuch(id);
        return target.Source == ScrapeSource.Configuration ? Problems.Conflict($"'{id}' is a target of the settings ({ScrapeOptions.Section}): change it there.") : null;
    }

    private static bool TryCursor(string? cursor, out string after)
    {
        after = "";
        var bytes = new byte[cursor?.Length ?? 0];
        if (cursor is null) return true;
        if (!Convert.TryFromBase64String(cursor, bytes, out var length)) return false;
        after = Encoding.UTF8.GetString(bytes, 0, length);
        return true;
    }

    private static ProblemHttpResult Taken(ScrapeTarget rival) =>
        Problems.Conflict($"The target {rival.Id} ({rival.Url}) has the same job, instance and labels, so their series would be the same: give one of them a label more.");

    private static ProblemHttpResult NoSuch(string id) => Problems.NotFound($"There is no target '{id}': GET {Path} lists them.");
}

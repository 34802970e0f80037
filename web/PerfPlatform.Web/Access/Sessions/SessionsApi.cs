using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Audit;

namespace PerfPlatform.Web.Access.Sessions;

/// <summary><c>/api/v1/sessions</c>: who is signed in.</summary>
public static class SessionsApi
{
    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapSessions(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/sessions").WithTags("Access").RequireScope(Scopes.Read);
        group.MapGet("", ListAsync).WithName("ListSessions").WithSummary("The sessions of who asks, the newest first; a key has none");
        group.MapDelete("{id:guid}", DeleteAsync).WithName("EndSession").WithSummary("End a session: one's own, and with the scope admin any; its open streams end within 2 s");
        return routes;
    }

    private static async Task<Results<Ok<Page<SessionInfo>>, ProblemHttpResult>> ListAsync(
        SessionStore sessions, HttpContext http, CancellationToken cancellationToken,
        [Description("Those of all users; needs the scope admin")] bool all = false,
        [Description("1 to 1000")] int limit = 100, [Description("nextCursor of the page before")] int cursor = 0)
    {
        if (limit is < 1 or > 1000) return Problems.BadRequest("'limit' must be 1 to 1000.");
        if (cursor < 0) return Problems.BadRequest("'cursor' must be the nextCursor of a page.");
        if (all && !IsAdmin(http.User)) return Problems.Forbidden("Sessions of others need the scope 'admin'.");
        // Nobody has the empty id.
        Guid? user = all ? null : Id(http.User, UserPrincipal.IdClaim) ?? Guid.Empty;
        return TypedResults.Ok(await sessions.ListAsync(user, Id(http.User, ISessions.Claim), limit, cursor, cancellationToken));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        Guid id, SessionStore sessions, AuditLog audit, HttpContext http, CancellationToken cancellationToken)
    {
        Guid? of = IsAdmin(http.User) ? null : Id(http.User, UserPrincipal.IdClaim) ?? Guid.Empty;
        if (await sessions.EndAsync(id, of, cancellationToken) is not { } name) return Problems.NotFound($"There is no session with the id {id}.");
        await audit.AppendAsync(http, "session.ended", name, null, cancellationToken);
        return TypedResults.NoContent();
    }

    private static bool IsAdmin(ClaimsPrincipal user) => user.HasClaim(ScopePolicies.Claim, Scopes.Admin);

    private static Guid? Id(ClaimsPrincipal user, string claim) => Guid.TryParse(user.FindFirstValue(claim), out var id) ? id : null;
}

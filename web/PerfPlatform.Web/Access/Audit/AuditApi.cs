using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.Audit;

/// <summary><c>/api/v1/audit</c>: who did what.</summary>
public static class AuditApi
{
    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapAudit(this IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/audit", ListAsync).WithTags("Access").RequireScope(Scopes.Admin)
            .WithName("ListAudit").WithSummary("What users and keys changed, and sign-ins; newest first, kept for 400 days");
        return routes;
    }

    private static async Task<Results<Ok<Page<AuditEntry>>, ProblemHttpResult>> ListAsync(
        AuditLog audit, CancellationToken cancellationToken,
        [Description("1 to 1000")] int limit = 100, [Description("nextCursor of the page before")] long? cursor = null)
    {
        if (limit is < 1 or > 1000) return Problems.BadRequest("'limit' must be 1 to 1000.");
        return TypedResults.Ok(await audit.ListAsync(limit, cursor, cancellationToken));
    }
}

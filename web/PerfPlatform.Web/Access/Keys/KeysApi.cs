using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Audit;

namespace PerfPlatform.Web.Access.Keys;

/// <summary><c>/api/v1/keys</c>: API keys.</summary>
public static class KeysApi
{
    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapKeys(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/keys").WithTags("Access").RequireScope(Scopes.Admin);
        group.MapGet("", ListAsync).WithName("ListKeys").WithSummary("Keys that are not revoked, without their secrets");
        group.MapPost("", CreateAsync).WithName("CreateKey").WithSummary("Make a key; the answer is the only time that it is shown");
        group.MapDelete("{id}", DeleteAsync).WithName("RevokeKey").WithSummary("Revoke a key");
        return routes;
    }

    private static async Task<Results<Ok<Page<KeyInfo>>, ProblemHttpResult>> ListAsync(
        KeyStore keys, CancellationToken cancellationToken,
        [Description("1 to 1000")] int limit = 100, [Description("nextCursor of the page before")] string? cursor = null)
    {
        if (limit is < 1 or > 1000) return Problems.BadRequest("'limit' must be 1 to 1000.");
        return TypedResults.Ok(await keys.ListAsync(limit, cursor, cancellationToken));
    }

    private static async Task<Results<Created<CreatedKey>, ProblemHttpResult>> CreateAsync(
        [FromBody] CreateKeyRequest body, KeyStore keys, AuditLog audit, TimeProvider time, HttpContext http, CancellationToken cancellationToken)
    {
        if (KeyStore.Error(body, time.GetUtcNow()) is { } error) return Problems.BadRequest(error);
        var created = await keys.CreateAsync(body, Actor.Of(http.User), cancellationToken);
        if (created is null) return Problems.Conflict($"There are already {KeyStore.MaxKeys} keys: revoke some that are not used.");
        await audit.AppendAsync(http, "key.created", created.Id, $"{created.Name}: {string.Join(' ', created.Scopes)}", cancellationToken);
        return TypedResults.Created($"/api/v1/keys/{created.Id}", created);
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        string id, KeyStore keys, AuditLog audit, HttpContext http, CancellationToken cancellationToken)
    {
        if (await keys.RevokeAsync(id, cancellationToken) is not { } name) return Problems.NotFound($"There is no key with the id '{id}'.");
        await audit.AppendAsync(http, "key.revoked", id, name, cancellationToken);
        return TypedResults.NoContent();
    }
}

using System.ComponentModel;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Audit;
using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.Users;

/// <summary><c>/api/v1/users</c>: who can sign in.</summary>
public static class UsersApi
{
    /// <summary>Maps the endpoints.</summary>
    public static IEndpointRouteBuilder MapUsers(this IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/users").WithTags("Access").RequireScope(Scopes.Admin);
        group.MapGet("", ListAsync).WithName("ListUsers").WithSummary("Users by name");
        group.MapGet("{id:guid}", GetAsync).WithName("GetUser").WithSummary("One user");
        group.MapPost("", CreateAsync).WithName("CreateUser").WithSummary("Make a user");
        group.MapPut("{id:guid}", UpdateAsync).WithName("UpdateUser").WithSummary("Change a user's password or role; ends the sessions of that user");
        group.MapDelete("{id:guid}", DeleteAsync).WithName("DeleteUser").WithSummary("Remove a user");
        return routes;
    }

    private static async Task<Results<Ok<Page<UserInfo>>, ProblemHttpResult>> ListAsync(
        UserStore users, CancellationToken cancellationToken,
        [Description("1 to 1000")] int limit = 100, [Description("nextCursor of the page before")] string? cursor = null)
    {
        if (limit is < 1 or > 1000) return Problems.BadRequest("'limit' must be 1 to 1000.");
        return TypedResults.Ok(await users.ListAsync(limit, cursor, cancellationToken));
    }

    private static async Task<Results<Ok<UserInfo>, ProblemHttpResult>> GetAsync(Guid id, UserStore users, CancellationToken cancellationToken) =>
        await users.FindAsync(id, cancellationToken) is { } user ? TypedResults.Ok(UserInfo.Of(user)) : Problems.NotFound($"There is no user with the id {id}.");

    private static async Task<Results<Created<UserInfo>, ProblemHttpResult>> CreateAsync(
        [FromBody] CreateUserRequest body, UserStore users, AuditLog audit, HttpContext http, CancellationToken cancellationToken)
    {
        if ((UserRules.NameError(body.Name) ?? UserRules.PasswordError(body.Password, body.Name)) is { } error) return Problems.BadRequest(error);
        if (!Enum.IsDefined(body.Role)) return Problems.BadRequest("'role' must be viewer, editor or admin.");
        var user = await users.CreateAsync(body.Name, body.Password, body.Role, cancellationToken);
        if (user is null) return Problems.Conflict($"There is already a user called '{body.Name}': take another name.");
        await audit.AppendAsync(http, "user.created", user.Name, $"role {Text(user.Role)}", cancellationToken);
        return TypedResults.Created($"/api/v1/users/{user.Id}", UserInfo.Of(user));
    }

    private static async Task<Results<Ok<UserInfo>, ProblemHttpResult>> UpdateAsync(
        Guid id, [FromBody] UpdateUserRequest body, UserStore users, AuditLog audit, HttpContext http, CancellationToken cancellationToken)
    {
        if (body is { Password: null, Role: null }) return Problems.BadRequest("Give 'password', 'role' or both.");
        if (body.Password is not null && UserRules.PasswordError(body.Password, (await users.FindAsync(id, cancellationToken))?.Name) is { } error) return Problems.BadRequest(error);
        if (body.Role is { } role && !Enum.IsDefined(role)) return Problems.BadRequest("'role' must be viewer, editor or admin.");
        var change = await users.UpdateAsync(id, body.Password, body.Role, cancellationToken);
        if (change.Outcome != UserChangeOutcome.Done) return Refused(change, id);
        var what = (body.Password is null ? "" : "password ") + (body.Role is { } r ? $"role {Text(r)}" : "");
        await audit.AppendAsync(http, "user.changed", change.User!.Name, what.TrimEnd(), cancellationToken);
        return TypedResults.Ok(UserInfo.Of(change.User));
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> DeleteAsync(
        Guid id, UserStore users, AuditLog audit, HttpContext http, CancellationToken cancellationToken)
    {
        var change = await users.DeleteAsync(id, cancellationToken);
        if (change.Outcome != UserChangeOutcome.Done) return Refused(change, id);
        await audit.AppendAsync(http, "user.deleted", change.User!.Name, null, cancellationToken);
        return TypedResults.NoContent();
    }

    private static ProblemHttpResult Refused(UserChange change, Guid id) => change.Outcome == UserChangeOutcome.NotFound
        ? Problems.NotFound($"There is no user with the id {id}.")
        : Problems.Conflict($"'{change.User!.Name}' is the only administrator: make another one first.");

    private static string Text(UserRole role) => role.ToString().ToLowerInvariant();
}

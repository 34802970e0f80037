using System.ComponentModel;
using System.Security.Claims;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using PerfPlatform.Contracts.Access;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Audit;
using PerfPlatform.Web.Access.Users;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary><c>/api/v1/account</c>: what everybody may change about themselves.</summary>
public static class AccountApi
{
    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapAccount(this IEndpointRouteBuilder routes)
    {
        routes.MapPut("/api/v1/account/password", ChangePasswordAsync).WithTags("Access").RequireScope(Scopes.Read)
            .WithName("ChangePassword").WithSummary("Change one's own password; ends one's other sessions");
        return routes;
    }

    private static async Task<Results<NoContent, ProblemHttpResult>> ChangePasswordAsync(
        [FromBody] ChangePasswordRequest body, PasswordCheck passwords, UserStore users, AuditLog audit, HttpContext http, CancellationToken cancellationToken)
    {
        if (http.User.FindFirstValue(ISessions.Claim) is not { } session || http.User.FindFirstValue("sub") is not { } name) return Problems.Forbidden("A key has no password: sign in.");
        if (UserRules.PasswordError(body.NewPassword, name, "newPassword") is { } error) return Problems.BadRequest(error);
        // Whoever has found a page open may not guess on without end; and shuts nobody out by it.
        var tried = await passwords.TryAsync(name, body.CurrentPassword, null, "of the session " + session, cancellationToken);
        if (tried.RetryAfter is { } wait) return Problems.TooManyRequests(http, tried.Text, wait);
        if (tried.User is not { } user) return Problems.BadRequest("'currentPassword' is not the password.");
        await users.UpdateAsync(user.Id, body.NewPassword, null, cancellationToken, Guid.Parse(session));
        await audit.AppendAsync(http, "user.password-changed", name, null, cancellationToken);
        return TypedResults.NoContent();
    }
}

/// <summary>Body of PUT /api/v1/account/password.</summary>
public sealed record ChangePasswordRequest
{
    /// <summary>The password until now.</summary>
    public required string CurrentPassword { get; init; }

    /// <summary>The password from now on.</summary>
    [Description(UserRules.PasswordText)]
    public required string NewPassword { get; init; }
}

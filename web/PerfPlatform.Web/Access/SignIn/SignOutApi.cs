using System.Security.Claims;
using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Audit;
using PerfPlatform.Web.Access.Sessions;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary><c>POST /sign-out</c>: the button in the page's head. The session is over then, also for who kept the cookie.</summary>
public static class SignOutApi
{
    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapSignOut(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sign-out", SignOutAsync).ExcludeFromDescription().RequireAuthorization();
        return routes;
    }

    private static async Task<Results<RedirectHttpResult, StatusCodeHttpResult>> SignOutAsync(
        HttpContext http, IAntiforgery antiforgery, SessionStore sessions, AuditLog audit, CancellationToken cancellationToken)
    {
        if (!await antiforgery.IsRequestValidAsync(http)) return TypedResults.StatusCode(StatusCodes.Status400BadRequest);
        if (Guid.TryParse(http.User.FindFirstValue(ISessions.Claim), out var id) && await sessions.EndAsync(id, null, cancellationToken) is { } name)
            await audit.AppendAsync(http, "user.signed-out", name, null, cancellationToken);
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.Redirect("/sign-in");
    }
}

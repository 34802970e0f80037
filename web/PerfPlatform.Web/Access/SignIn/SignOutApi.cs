using Microsoft.AspNetCore.Antiforgery;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Http.HttpResults;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary><c>POST /sign-out</c>: the button in the page's head.</summary>
public static class SignOutApi
{
    /// <summary>Maps the endpoint.</summary>
    public static IEndpointRouteBuilder MapSignOut(this IEndpointRouteBuilder routes)
    {
        routes.MapPost("/sign-out", SignOutAsync).ExcludeFromDescription().RequireAuthorization();
        return routes;
    }

    private static async Task<Results<RedirectHttpResult, StatusCodeHttpResult>> SignOutAsync(HttpContext http, IAntiforgery antiforgery)
    {
        if (!await antiforgery.IsRequestValidAsync(http)) return TypedResults.StatusCode(StatusCodes.Status400BadRequest);
        await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
        return TypedResults.Redirect("/sign-in");
    }
}

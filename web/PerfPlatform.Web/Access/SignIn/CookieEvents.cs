using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Sessions;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>Takes a cookie for what its session is now, and answers scripts with a status where a browser is led to the sign-in page.</summary>
public sealed class CookieEvents(SessionStore sessions) : CookieAuthenticationEvents
{
    private const string KeyScheme = "ApiKey";

    /// <inheritdoc />
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var http = context.HttpContext;
        if (!Guid.TryParse(context.Principal?.FindFirstValue(ISessions.Claim), out var id))
        {
            context.RejectPrincipal();
            return;
        }

        // Who is to change something is looked at anew.
        var exact = !HttpMethods.IsGet(http.Request.Method) && !HttpMethods.IsHead(http.Request.Method);
        var state = await sessions.FindAsync(id, exact, http.RequestAborted);
        if (state.User is { } user)
        {
            // With the rights of now, and not those of the sign-in.
            context.ReplacePrincipal(UserPrincipal.Of(user, id));
            return;
        }

        context.RejectPrincipal();
        if (state.IsUnknown) http.Features.Set(state);
        else await http.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    /// <inheritdoc />
    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        var http = context.HttpContext;
        // Nobody can say whether the person is signed in: to send them to the sign-in page would say that they are not.
        if (http.Features.Get<SessionState>() is { IsUnknown: true }) return UnknownAsync(http);
        // A person who follows a link asks for a page; a script gets what it would get without a key.
        if (!context.Request.WantsPage()) return http.ChallengeAsync(KeyScheme);
        // Back to a page, and not to where a form was sent.
        context.Response.Redirect(HttpMethods.IsGet(context.Request.Method) ? context.RedirectUri : context.Options.LoginPath);
        return Task.CompletedTask;
    }

    /// <inheritdoc />
    public override Task RedirectToAccessDenied(RedirectContext<CookieAuthenticationOptions> context)
    {
        if (!context.Request.WantsPage()) return context.HttpContext.ForbidAsync(KeyScheme);
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }

    private static Task UnknownAsync(HttpContext http)
    {
        const string detail = "The database cannot be reached now. Try again in a moment.";
        if (!http.Request.WantsPage()) return Problems.Unavailable(http, detail, TimeSpan.FromSeconds(2)).ExecuteAsync(http);
        http.Features.Set(new PageProblem(detail));
        http.Response.StatusCode = StatusCodes.Status503ServiceUnavailable;
        return Task.CompletedTask;
    }
}

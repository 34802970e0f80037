using System.Security.Claims;
using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.Extensions.Caching.Memory;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Users;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>Ends cookies of users that are gone or changed, and answers scripts with a status where a browser is led to the sign-in page.</summary>
public sealed partial class CookieEvents(UserStore users, IMemoryCache cache, ILogger<CookieEvents> logger) : CookieAuthenticationEvents
{
    private const string KeyScheme = "ApiKey";

    // How long a user who was removed may go on at most.
    private static readonly TimeSpan Remembered = TimeSpan.FromSeconds(10);

    /// <inheritdoc />
    public override async Task ValidatePrincipal(CookieValidatePrincipalContext context)
    {
        var principal = context.Principal;
        if (!Guid.TryParse(principal?.FindFirstValue(UserPrincipal.IdClaim), out var id) || await StampAsync(id, context.HttpContext.RequestAborted) is not { } stamp)
        {
            context.RejectPrincipal();
            return;
        }

        // An empty stamp: the database is away, and the cookie itself has to do.
        if (stamp == Guid.Empty || stamp.ToString() == principal.FindFirstValue(UserPrincipal.StampClaim)) return;
        context.RejectPrincipal();
        await context.HttpContext.SignOutAsync(CookieAuthenticationDefaults.AuthenticationScheme);
    }

    /// <inheritdoc />
    public override Task RedirectToLogin(RedirectContext<CookieAuthenticationOptions> context)
    {
        // A person who follows a link asks for a page; a script gets what it would get without a key.
        if (!context.Request.WantsPage()) return context.HttpContext.ChallengeAsync(KeyScheme);
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

    private async Task<Guid?> StampAsync(Guid id, CancellationToken cancellationToken)
    {
        // Bounded: one entry a user, gone after ten seconds.
        if (cache.TryGetValue((typeof(CookieEvents), id), out Guid? known)) return known;
        try
        {
            var stamp = (await users.FindAsync(id, cancellationToken))?.Stamp;
            return cache.Set((typeof(CookieEvents), id), stamp, Remembered);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogUnchecked(e);
            return Guid.Empty;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A cookie could not be checked against the users: the database does not answer")]
    private partial void LogUnchecked(Exception exception);
}

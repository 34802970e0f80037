using Microsoft.AspNetCore.Authentication;
using Microsoft.AspNetCore.Authentication.Cookies;
using Microsoft.AspNetCore.Identity;
using PerfPlatform.Web.Access.Audit;
using PerfPlatform.Web.Access.Schema;
using PerfPlatform.Web.Access.Sessions;
using PerfPlatform.Web.Access.Users;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>Signs people in: tries the password, begins the session, gives the browser its cookies, and notes each try in the audit log.</summary>
public sealed class SignInService(PasswordCheck passwords, IPasswordHasher<User> hasher, UserStore users, SessionStore sessions, KnownDevices devices, AuditLog audit)
{
    /// <summary>Signs in with a name and password.</summary>
    public async Task<SignInResult> SignInAsync(HttpContext http, string name, string password, CancellationToken cancellationToken)
    {
        var address = http.Connection.RemoteIpAddress;
        var result = await passwords.TryAsync(name, password, address, devices.Find(http, name), cancellationToken);
        // Those that are not looked at are not noted: whoever floods the page does not fill the log.
        if (result.Outcome == SignInOutcome.Wrong)
            await audit.AppendAsync("anonymous", "user.sign-in-failed", UserRules.NameError(name) is null ? name.ToLowerInvariant() : null, null, address?.ToString(), cancellationToken);
        if (result.User is not { } user) return result;

        await users.NoteSignInAsync(user, result.NeedsRehash ? hasher.HashPassword(user, password) : user.PasswordHash, cancellationToken);
        var session = await sessions.BeginAsync(user, address?.ToString(), http.Request.Headers.UserAgent.ToString(), cancellationToken);
        await audit.AppendAsync(user.Name, "user.signed-in", user.Name, null, address?.ToString(), cancellationToken);
        await http.SignInAsync(CookieAuthenticationDefaults.AuthenticationScheme, UserPrincipal.Of(user, session.Id), new AuthenticationProperties { IsPersistent = true });
        devices.Remember(http, user.Name);
        return result;
    }
}

using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.Sessions;

/// <summary>A user in a session, as a request sees one.</summary>
public static class UserPrincipal
{
    /// <summary>The user's id.</summary>
    public const string IdClaim = "uid";

    /// <summary>The claims: session, name, role, scopes.</summary>
    public static ClaimsPrincipal Of(User user, Guid session)
    {
        var identity = new ClaimsIdentity(CookieAuthenticationDefaults.AuthenticationScheme, "sub", "role");
        identity.AddClaim(new Claim("sub", user.Name));
        identity.AddClaim(new Claim(IdClaim, user.Id.ToString()));
        identity.AddClaim(new Claim(ISessions.Claim, session.ToString()));
        identity.AddClaim(new Claim("role", user.Role.ToString().ToLowerInvariant()));
        foreach (var scope in UserRoleScopes.Of(user.Role)) identity.AddClaim(new Claim(ScopePolicies.Claim, scope));
        return new ClaimsPrincipal(identity);
    }
}

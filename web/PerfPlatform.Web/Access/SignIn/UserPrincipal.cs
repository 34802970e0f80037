using System.Security.Claims;
using Microsoft.AspNetCore.Authentication.Cookies;
using PerfPlatform.Web.Access.Schema;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>What a cookie says of a user.</summary>
public static class UserPrincipal
{
    /// <summary>The user's id.</summary>
    public const string IdClaim = "uid";

    /// <summary>The user's stamp when the cookie was made.</summary>
    public const string StampClaim = "stamp";

    /// <summary>The claims of a user: name, role, scopes.</summary>
    public static ClaimsPrincipal Of(User user)
    {
        var identity = new ClaimsIdentity(CookieAuthenticationDefaults.AuthenticationScheme, "sub", "role");
        identity.AddClaim(new Claim("sub", user.Name));
        identity.AddClaim(new Claim(IdClaim, user.Id.ToString()));
        identity.AddClaim(new Claim(StampClaim, user.Stamp.ToString()));
        identity.AddClaim(new Claim("role", user.Role.ToString().ToLowerInvariant()));
        foreach (var scope in UserRoleScopes.Of(user.Role)) identity.AddClaim(new Claim("scope", scope));
        return new ClaimsPrincipal(identity);
    }
}

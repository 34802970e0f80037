using System.Security.Claims;

namespace PerfPlatform.Web.Access.Audit;

/// <summary>How the audit log names who did something.</summary>
public static class Actor
{
    /// <summary>The platform itself.</summary>
    public const string System = "system";

    /// <summary>The user's name, or the key's id.</summary>
    public static string Of(ClaimsPrincipal user) =>
        user.FindFirstValue("key") is { } key ? "key " + key : user.FindFirstValue("sub") ?? user.Identity?.Name ?? "unknown";
}

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>Where to go after the sign-in: only ever a page of this site.</summary>
public static class ReturnAddress
{
    /// <summary>The address when it is a path of this site, else the Overview.</summary>
    public static string Local(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && !address.AsSpan().ContainsAnyInRange('\0', '\x1f') ? address : "/";
}

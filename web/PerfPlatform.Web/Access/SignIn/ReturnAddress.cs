namespace PerfPlatform.Web.Access.SignIn;

/// <summary>Where to go after the sign-in: only ever a page of this site.</summary>
public static class ReturnAddress
{
    /// <summary>The address when it is a path of this site, as browsers write one: what is not plain ASCII they escape, and a header cannot carry. Else the Overview.</summary>
    public static string Local(string? address) =>
        address is ['/', ..] and not ['/', '/' or '\\', ..] && !address.AsSpan().ContainsAnyExceptInRange('!', '~') ? address : "/";
}

using System.Security.Cryptography;
using Microsoft.AspNetCore.DataProtection;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>
/// A cookie that stays after the session: whoever has signed in at a browser has tries of their own there, which nobody else can use up.
/// After OWASP's "device cookies".
/// </summary>
public sealed class KnownDevices(IDataProtectionProvider protection)
{
    /// <summary>The cookie's name.</summary>
    public const string Cookie = "perfplatform-device";

    private static readonly TimeSpan Lifetime = TimeSpan.FromDays(365);
    private readonly ITimeLimitedDataProtector _protector = protection.CreateProtector("PerfPlatform.KnownDevice").ToTimeLimitedDataProtector();

    /// <summary>The device, where this name has signed in at it before; else null.</summary>
    public string? Find(HttpContext http, string name)
    {
        if (http.Request.Cookies[Cookie] is not { Length: > 0 and < 1000 } cookie) return null;
        try
        {
            return _protector.Unprotect(cookie).Split('|') is [var device, var of] && of.Equals(name, StringComparison.OrdinalIgnoreCase) ? device : null;
        }
        catch (CryptographicException)
        {
            // Of another installation, or older than a year.
            return null;
        }
    }

    /// <summary>Notes that a name has signed in at this device.</summary>
    public void Remember(HttpContext http, string name) => http.Response.Cookies.Append(Cookie, _protector.Protect($"{Guid.NewGuid():N}|{name}", Lifetime), new CookieOptions
    {
        HttpOnly = true,
        IsEssential = true,
        MaxAge = Lifetime,
        Path = "/sign-in",
        SameSite = SameSiteMode.Strict,
        Secure = http.Request.IsHttps,
    });
}

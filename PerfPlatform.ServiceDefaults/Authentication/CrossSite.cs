using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Net.Http.Headers;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Refuses what another site makes a browser send with the cookie of this one: requests that change something, and WebSockets, which browsers open across sites with
/// cookies. Other ports and subdomains are other sites. A browser adds no key by itself, so a request with one is none of these.
/// </summary>
internal static class CrossSite
{
    // Where JSON is meant.
    private static readonly string[] s_forJson = ["/api", "/v1", "/write"];

    // What a form of another site can send, for which a browser does not ask first.
    private static readonly string[] s_ofForms = ["", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data"];

    /// <summary>The middleware.</summary>
    public static Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        var request = context.Request;
        if (context.User.FindFirst(ISessions.Claim) is null || IsHarmless(request)) return next(context);
        if (!IsOfThisSite(request)) return RefuseAsync(context);
        return IsForm(context) ? Problems.Unsupported("Send JSON with Content-Type: application/json.").ExecuteAsync(context) : next(context);
    }

    private static bool IsHarmless(HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method) || HttpMethods.IsOptions(request.Method)) && !request.Headers.ContainsKey(HeaderNames.Upgrade);

    // Browsers say by themselves where a request comes from, and no script can change it; who says nothing is no browser.
    private static bool IsOfThisSite(HttpRequest request)
    {
        if (request.Headers["Sec-Fetch-Site"].ToString() is { Length: > 0 } site) return site is "same-origin" or "none";
        if (request.Headers.Origin.ToString() is not { Length: > 0 } origin) return true;
        return Uri.TryCreate(origin, UriKind.Absolute, out var from) && from.Authority.Equals(request.Host.Value, StringComparison.OrdinalIgnoreCase);
    }

    private static bool IsForm(HttpContext context)
    {
        var request = context.Request;
        return Array.Exists(s_forJson, path => request.Path.StartsWithSegments(path))
            && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody == true
            && s_ofForms.Contains((request.ContentType ?? "").Split(';')[0].Trim(), StringComparer.OrdinalIgnoreCase);
    }

    private static Task RefuseAsync(HttpContext context)
    {
        const string detail = "The request comes from another site. Behind a proxy it must hand on the Host header as it came.";
        if (!context.Request.WantsPage()) return Problems.Forbidden(detail).ExecuteAsync(context);
        context.Features.Set(new PageProblem(detail));
        context.Response.StatusCode = StatusCodes.Status403Forbidden;
        return Task.CompletedTask;
    }
}

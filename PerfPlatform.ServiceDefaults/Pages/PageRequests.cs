using Microsoft.AspNetCore.Http;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Tells a person with a browser, who gets a page, from a program, which gets problem details.</summary>
public static class PageRequests
{
    // What is under these is for programs, also where a browser opens it.
    private static readonly string[] ForPrograms = ["/api", "/hub", "/openapi", "/prometheus", "/v1", "/metrics"];

    /// <summary>Whether a page is asked for: HTML by name, which programs do not, and not at an address of the API.</summary>
    public static bool WantsPage(this HttpRequest request) =>
        (HttpMethods.IsGet(request.Method) || HttpMethods.IsPost(request.Method))
        && request.GetTypedHeaders().Accept.Any(a => a.MediaType == "text/html")
        && !Array.Exists(ForPrograms, path => request.Path.StartsWithSegments(path));
}

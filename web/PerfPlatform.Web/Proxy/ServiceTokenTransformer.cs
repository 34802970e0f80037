using System.Net.Http.Headers;
using Microsoft.Net.Http.Headers;
using PerfPlatform.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;

namespace PerfPlatform.Web.Proxy;

/// <summary>
/// The cookie stays here: a signed-in person goes on with a token of 60 s that carries name and scopes.
/// A key goes on as it came, because the service counts its limits.
/// </summary>
internal sealed class ServiceTokenTransformer(ServiceTokens tokens) : HttpTransformer
{
    public override async ValueTask TransformRequestAsync(HttpContext httpContext, HttpRequestMessage proxyRequest, string destinationPrefix, CancellationToken cancellationToken)
    {
        await Default.TransformRequestAsync(httpContext, proxyRequest, destinationPrefix, cancellationToken);
        proxyRequest.Headers.Remove(HeaderNames.Cookie);
        // The service's own name, not that of this site.
        proxyRequest.Headers.Host = null;
        if (httpContext.User.FindFirst("key") is not null) return;
        proxyRequest.Headers.Remove("X-Api-Key");
        proxyRequest.Headers.Authorization = new AuthenticationHeaderValue("Bearer", tokens.Issue(httpContext.User));
    }
}

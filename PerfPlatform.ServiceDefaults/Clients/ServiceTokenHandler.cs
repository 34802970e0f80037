using System.Net.Http.Headers;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Hosting;
using PerfPlatform.Contracts.Access;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Signs calls to other services: with the signed-in user and their scopes where there is one, else as the service itself.</summary>
public sealed class ServiceTokenHandler(ServiceTokens tokens, IHttpContextAccessor http, IHostEnvironment environment) : DelegatingHandler
{
    /// <inheritdoc />
    protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        var user = http.HttpContext?.User;
        var token = user?.Identity?.IsAuthenticated == true
            ? tokens.Issue(user)
            : tokens.Issue("service:" + environment.ApplicationName, Scopes.All);
        request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return base.SendAsync(request, cancellationToken);
    }
}

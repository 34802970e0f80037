using System.Diagnostics;
using System.Net;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.Extensions.ServiceDiscovery.Http;
using PerfPlatform.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;

namespace PerfPlatform.Web.Proxy;

/// <summary>One address for everything in the distributed form: paths of the other services go to them. Only Web's own Program.cs uses it.</summary>
public static class ProxyModule
{
    /// <summary>Adds the forwarder, and the services' documents to this one's.</summary>
    public static IHostApplicationBuilder AddProxy(this IHostApplicationBuilder builder)
    {
        builder.Services.AddHttpForwarder();
        builder.Services.AddSingleton<ServiceTokenTransformer>();
        builder.Services.AddTransient<ServiceTokenHandler>();
        foreach (var service in ProxyRoutes.Services)
        {
            builder.Services.AddHttpClient(ServiceDocuments.Client(service), client =>
            {
                client.BaseAddress = new Uri("http://" + service);
                client.Timeout = TimeSpan.FromSeconds(5);
            }).AddHttpMessageHandler<ServiceTokenHandler>();
        }

        builder.Services.Configure<OpenApiOptions>("v1", options => options.AddDocumentTransformer<ServiceDocuments>());
        return builder;
    }

    /// <summary>Maps the paths of the other services.</summary>
    public static IEndpointRouteBuilder MapProxy(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        // Finds the service by its name, as the typed clients do.
        var handler = services.GetRequiredService<IServiceDiscoveryHttpMessageHandlerFactory>().CreateHandler(new SocketsHttpHandler
        {
            UseProxy = false,
            UseCookies = false,
            AllowAutoRedirect = false,
            AutomaticDecompression = DecompressionMethods.None,
            ConnectTimeout = TimeSpan.FromSeconds(5),
            PooledConnectionLifetime = TimeSpan.FromMinutes(2),
            ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current),
        });
        var invoker = new HttpMessageInvoker(handler);
        var transformer = services.GetRequiredService<ServiceTokenTransformer>();
        foreach (var (pattern, service) in ProxyRoutes.All)
        {
            // The service itself checks scopes and sizes.
            routes.MapForwarder(pattern, "http://" + service, ForwarderRequestConfig.Empty, transformer, invoker)
                .RequireAuthorization()
                .WithMetadata(new DisableRequestSizeLimitAttribute());
        }

        return routes;
    }
}

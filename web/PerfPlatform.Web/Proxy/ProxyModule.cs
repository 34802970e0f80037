using System.Diagnostics;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using PerfPlatform.ServiceDefaults;
using Yarp.ReverseProxy.Forwarder;

namespace PerfPlatform.Web.Proxy;

/// <summary>One address for everything in the distributed form: paths of the other services go to them. Only Web's own Program.cs uses it.</summary>
public static class ProxyModule
{
    /// <summary>Adds the forwarder, and the services' documents to this one's.</summary>
    public static IHostApplicationBuilder AddProxy(this IHostApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ServiceTokenTransformer>();
        foreach (var service in ProxyRoutes.Services) builder.Services.AddHttpClient(ServiceDocuments.Client(service)).CallsService(service, TimeSpan.FromSeconds(5));

        builder.Services.Configure<OpenApiOptions>("v1", options => options.AddDocumentTransformer<ServiceDocuments>());
        return builder;
    }

    /// <summary>Maps the paths of the other services.</summary>
    public static IEndpointRouteBuilder MapProxy(this IEndpointRouteBuilder routes)
    {
        var services = routes.ServiceProvider;
        var connections = ServiceConnections.Create();
        connections.ActivityHeadersPropagator = new ReverseProxyPropagator(DistributedContextPropagator.Current);
        // Finds the service by its name, as the typed clients do.
        var handler = ActivatorUtilities.CreateInstance<ServiceCallHandler>(services);
        handler.InnerHandler = connections;
        var invoker = new HttpMessageInvoker(handler);
        var (forwarder, transformer) = (services.GetRequiredService<IHttpForwarder>(), services.GetRequiredService<ServiceTokenTransformer>());
        foreach (var (pattern, service) in ProxyRoutes.All)
        {
            // The service itself checks scopes and sizes.
            routes.Map(pattern, context => ForwardAsync(context, service, forwarder, invoker, transformer))
                .RequireAuthorization()
                .WithMetadata(new DisableRequestSizeLimitAttribute());
        }

        return routes;
    }

    private static async Task ForwardAsync(HttpContext context, string service, IHttpForwarder forwarder, HttpMessageInvoker invoker, HttpTransformer transformer)
    {
        var error = await forwarder.SendAsync(context, "http://" + service, invoker, ForwarderRequestConfig.Empty, transformer);
        // Where the sender broke off, the forwarder has said so.
        if (error is ForwarderError.None or ForwarderError.RequestBodyClient || context.Response.HasStarted) return;
        context.RequestAborted.ThrowIfCancellationRequested();
        throw new HttpRequestException($"{service} does not answer: {error}.", context.GetForwarderErrorFeature()?.Exception);
    }
}

using Microsoft.Extensions.Configuration;

namespace PerfPlatform.AppHost;

/// <summary>What every service of the app model has alike.</summary>
internal static class ServiceExtensions
{
    public static IResourceBuilder<ProjectResource> AddService<TProject>(this IDistributedApplicationBuilder builder, string name, string icon, IResourceBuilder<ParameterResource> secret)
        where TProject : IProjectMetadata, new()
    {
        var service = builder.AddProject<TProject>(name, options => options.ExcludeLaunchProfile = true)
            .WithHttpEndpoint(name: "http")
            .WithHttpHealthCheck("/ready")
            .WithEnvironment("PERFPLATFORM_SECRET", secret)
            .WithoutHttpsCertificate()
            .WithIconName(icon);
        // Aspire's own always_on would record the spans that a parent leaves out, such as those of each partition's message.
        return builder.ExecutionContext.IsRunMode ? service.WithEnvironment("OTEL_TRACES_SAMPLER", "parentbased_always_on") : service;
    }

    /// <summary>Gives a service the connection strings of servers, and lets it wait for them.</summary>
    public static IResourceBuilder<ProjectResource> Using(this IResourceBuilder<ProjectResource> service, params IResourceBuilder<IResourceWithConnectionString>[] servers)
    {
        foreach (var server in servers) service.WithReference(server).WaitFor(server);
        return service;
    }

    /// <summary>As many as the setting <c>Replicas:name</c> says, one without it.</summary>
    public static IResourceBuilder<ProjectResource> WithReplicasBySetting(this IResourceBuilder<ProjectResource> service) =>
        service.WithReplicas(service.ApplicationBuilder.Configuration.GetValue($"Replicas:{service.Resource.Name}", 1));

    /// <summary>
    /// OTLP on its fixed ports beside the service's own. gRPC without TLS needs an endpoint that speaks HTTP/2 only, so Kestrel's endpoints are told one by one,
    /// instead of by the list of addresses that Aspire would give.
    /// </summary>
    public static IResourceBuilder<ProjectResource> WithOtlp(this IResourceBuilder<ProjectResource> service, int httpPort, int grpcPort)
    {
        service.WithHttpEndpoint(name: "otlp-http", port: httpPort).WithHttpEndpoint(name: "otlp-grpc", port: grpcPort).AsHttp2Service("otlp-grpc")
            .WithUrlForEndpoint("otlp-http", url => url.DisplayText = "OTLP/HTTP")
            .WithUrlForEndpoint("otlp-grpc", url => url.DisplayText = "OTLP/gRPC");
        // In a container every address, on this machine the loopback one.
        var host = service.ApplicationBuilder.ExecutionContext.IsPublishMode ? "+" : "localhost";
        return service.WithEndpointsInEnvironment(_ => false).WithEnvironment(context =>
        {
            foreach (var (endpoint, key, protocols) in new[] { ("http", "Http", "Http1"), ("otlp-http", "OtlpHttp", "Http1"), ("otlp-grpc", "OtlpGrpc", "Http2") })
            {
                context.EnvironmentVariables[$"Kestrel__Endpoints__{key}__Url"] = ReferenceExpression.Create($"http://{host}:{service.GetEndpoint(endpoint).Property(EndpointProperty.TargetPort)}");
                context.EnvironmentVariables[$"Kestrel__Endpoints__{key}__Protocols"] = protocols;
            }
        });
    }

    private static IResourceBuilder<ProjectResource> AsHttp2Service(this IResourceBuilder<ProjectResource> service, string endpoint) =>
        service.WithEndpoint(endpoint, e => e.Transport = "http2");
}

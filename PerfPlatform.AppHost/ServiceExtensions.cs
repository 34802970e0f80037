namespace PerfPlatform.AppHost;

/// <summary>What every service of the app model has alike.</summary>
internal static class ServiceExtensions
{
    public static IResourceBuilder<ProjectResource> AddService<TProject>(this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> secret)
        where TProject : IProjectMetadata, new() =>
        builder.AddProject<TProject>(name)
            .WithHttpEndpoint(name: "http")
            .WithHttpHealthCheck("/health")
            .WithEnvironment("PERFPLATFORM_SECRET", secret);

    /// <summary>Gives a service the connection strings of servers, and lets it wait for them.</summary>
    public static IResourceBuilder<ProjectResource> Using(this IResourceBuilder<ProjectResource> service, params Server[] servers)
    {
        foreach (var server in servers) service.WithReference(server.Connection).WaitFor(server.Ready);
        return service;
    }
}

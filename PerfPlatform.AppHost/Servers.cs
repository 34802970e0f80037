namespace PerfPlatform.AppHost;

/// <summary>A server: its connection string, and the resource to wait for.</summary>
/// <param name="Connection">Injected as <c>ConnectionStrings__name</c>.</param>
/// <param name="Ready">Healthy when the server answers.</param>
internal sealed record Server(IResourceBuilder<IResourceWithConnectionString> Connection, IResourceBuilder<IResource> Ready);

/// <summary>The servers that the services need.</summary>
internal sealed record Servers(Server Metrics, Server Redis, Server RabbitMq);

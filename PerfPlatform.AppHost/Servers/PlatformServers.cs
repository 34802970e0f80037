namespace PerfPlatform.AppHost.Servers;

/// <summary>The servers that the services need; each is waited for, and gives its address as <c>ConnectionStrings__name</c>.</summary>
internal sealed record PlatformServers(
    IResourceBuilder<IResourceWithConnectionString> Metrics,
    IResourceBuilder<IResourceWithConnectionString> Redis,
    IResourceBuilder<IResourceWithConnectionString> RabbitMq);

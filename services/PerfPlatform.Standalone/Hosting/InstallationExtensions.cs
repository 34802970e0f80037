using PerfPlatform.ServiceDefaults;
using PerfPlatform.Standalone.Servers;

namespace PerfPlatform.Standalone.Hosting;

/// <summary>What the host takes from the installation.</summary>
internal static class InstallationExtensions
{
    /// <summary>Connection strings of the embedded servers, the secret, the servers' supervision and the order of the end.</summary>
    public static void AddInstallation(this WebApplicationBuilder builder, Installation installation, EmbeddedServers servers)
    {
        builder.Configuration.AddInMemoryCollection(servers.Settings);
        if (string.IsNullOrEmpty(builder.Configuration[InstallationSecret.Setting]))
            builder.Configuration[InstallationSecret.Setting] = installation.Secret;
        builder.Services.AddSingleton(installation);
        builder.Services.AddSingleton(servers);
        builder.Services.AddBackground<ServerWatch>();
        // The store writes what it holds in memory; what a slow disk does not take in this time is replayed from the inbox.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(45));
        builder.Services.Configure<ConsoleLifetimeOptions>(console => console.SuppressStatusMessages = true);
        // Pages' assets come from the projects' folders when it runs from a build and not from a published folder.
        builder.WebHost.UseStaticWebAssets();
    }
}

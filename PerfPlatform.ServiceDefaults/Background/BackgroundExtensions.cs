using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Hosting;

namespace PerfPlatform.ServiceDefaults;

/// <summary>The one way to add a background service.</summary>
public static class BackgroundExtensions
{
    /// <summary>Adds a service as a singleton that runs while the process does; what leaves it is logged, and it is started again.</summary>
    public static IServiceCollection AddBackground<T>(this IServiceCollection services) where T : BackgroundService
    {
        services.TryAddSingleton<T>();
        services.TryAddEnumerable(ServiceDescriptor.Singleton<IHostedService, LastingService<T>>());
        return services;
    }
}

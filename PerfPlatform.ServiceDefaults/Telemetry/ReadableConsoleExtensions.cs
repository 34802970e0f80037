using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;

namespace PerfPlatform.ServiceDefaults;

internal static class ReadableConsoleExtensions
{
    /// <summary>Puts <see cref="ReadableLoggerProvider"/> before the console, where the host has one.</summary>
    public static void AddReadableConsole(this IServiceCollection services)
    {
        var console = services.FirstOrDefault(service => service.ServiceType == typeof(ILoggerProvider) && service.ImplementationType == typeof(ConsoleLoggerProvider));
        if (console is null) return;
        services.Remove(console);
        services.AddConsoleDefaults();
        services.AddSingleton<ConsoleLoggerProvider>();
        services.AddSingleton<ILoggerProvider>(provider => new ReadableLoggerProvider(provider.GetRequiredService<ConsoleLoggerProvider>(), provider.GetRequiredService<TimeProvider>()));
    }
}

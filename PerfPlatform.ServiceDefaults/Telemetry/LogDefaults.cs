using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// What every service logs unless its settings (<c>Logging:LogLevel:...</c>) say otherwise: its own doings, and of libraries what is wrong.
/// One line an entry, in UTC.
/// </summary>
internal static class LogDefaults
{
    // What the console does not tell, for the same reasons as below. No settings: those are found by the spelling of the provider's name, and Aspire writes LOGGING__CONSOLE.
    private static readonly (string Category, LogLevel Least)[] OnConsole =
    [
        ("Microsoft.EntityFrameworkCore.Database", LogLevel.Critical),
        ("StackExchange.Redis", LogLevel.Critical),
        ("Microsoft.Extensions.Diagnostics.HealthChecks", LogLevel.None),
        ("Microsoft.AspNetCore.StaticFiles", LogLevel.Error),
        ("Microsoft.AspNetCore.DataProtection", LogLevel.Error),
    ];

    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Logging:LogLevel:Default"] = "Warning",
        ["Logging:LogLevel:PerfPlatform"] = "Information",
        // A line for each request without a key, by the framework under our name: strangers would fill the log.
        ["Logging:LogLevel:" + typeof(ApiKeyAuthenticationHandler).FullName] = "Warning",
        // Where it listens, and that it stops.
        ["Logging:LogLevel:Microsoft.Hosting.Lifetime"] = "Information",
        // Who called the database tells the same with the exception; before the first migration its history is missing, which is no error.
        ["Logging:OpenTelemetry:LogLevel:Microsoft.EntityFrameworkCore.Database.Command"] = "Critical",
        // The same of Redis, whose client tells each try to connect.
        ["Logging:OpenTelemetry:LogLevel:StackExchange.Redis"] = "Critical",
        // What a check says is in /health; a normal start is degraded for a moment.
        ["Logging:OpenTelemetry:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        ["Logging:OpenTelemetry:LogLevel:Microsoft.AspNetCore.StaticFiles"] = "Error",
        ["Logging:OpenTelemetry:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
        ["Logging:Console:FormatterOptions:UseUtcTimestamp"] = "true",
        ["Logging:Console:FormatterOptions:TimestampFormat"] = "yyyy-MM-ddTHH:mm:ss.fffZ ",
    };

    /// <summary>Adds them below every other source: appsettings, environment and command line win.</summary>
    public static void AddLogDefaults(this IConfigurationManager configuration) => configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Settings });

    /// <summary>The console's, before every rule of the settings: of two for the same the later wins.</summary>
    public static void AddConsoleDefaults(this IServiceCollection services) => services.Configure<LoggerFilterOptions>(filters =>
    {
        foreach (var (category, least) in OnConsole) filters.Rules.Insert(0, new LoggerFilterRule(typeof(ReadableLoggerProvider).FullName, category, least, null));
    });
}

using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Configuration.Memory;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// What every service logs unless its settings (<c>Logging:LogLevel:...</c>) say otherwise: its own doings, and of libraries what is wrong.
/// One line an entry, in UTC.
/// </summary>
internal static class LogDefaults
{
    private static readonly Dictionary<string, string?> Settings = new()
    {
        ["Logging:LogLevel:Default"] = "Information",
        ["Logging:LogLevel:Microsoft.AspNetCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.EntityFrameworkCore"] = "Warning",
        ["Logging:LogLevel:Microsoft.Extensions"] = "Warning",
        ["Logging:LogLevel:System.Net.Http"] = "Warning",
        ["Logging:LogLevel:Npgsql"] = "Warning",
        ["Logging:LogLevel:MassTransit"] = "Warning",
        ["Logging:LogLevel:Hangfire"] = "Warning",
        ["Logging:LogLevel:Yarp"] = "Warning",
        // Who called the database tells the same with the exception; before the first migration its history is missing, which is no error.
        ["Logging:OpenTelemetry:LogLevel:Microsoft.EntityFrameworkCore.Database.Command"] = "Critical",
        ["Logging:Console:LogLevel:Microsoft.EntityFrameworkCore.Database"] = "Critical",
        // The same of Redis, whose client tells each try to connect.
        ["Logging:OpenTelemetry:LogLevel:StackExchange.Redis"] = "Critical",
        ["Logging:Console:LogLevel:StackExchange.Redis"] = "Critical",
        // What a check says is in /health; a normal start is degraded for a moment.
        ["Logging:OpenTelemetry:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        ["Logging:Console:LogLevel:Microsoft.Extensions.Diagnostics.HealthChecks"] = "None",
        ["Logging:Console:LogLevel:Microsoft.AspNetCore.StaticFiles"] = "Error",
        ["Logging:Console:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
        ["Logging:OpenTelemetry:LogLevel:Microsoft.AspNetCore.StaticFiles"] = "Error",
        ["Logging:OpenTelemetry:LogLevel:Microsoft.AspNetCore.DataProtection"] = "Error",
        ["Logging:Console:FormatterName"] = "simple",
        ["Logging:Console:FormatterOptions:SingleLine"] = "true",
        ["Logging:Console:FormatterOptions:UseUtcTimestamp"] = "true",
        ["Logging:Console:FormatterOptions:TimestampFormat"] = "yyyy-MM-ddTHH:mm:ss.fffZ ",
    };

    /// <summary>Adds them below every other source: appsettings, environment and command line win.</summary>
    public static void AddLogDefaults(this IConfigurationManager configuration) => configuration.Sources.Insert(0, new MemoryConfigurationSource { InitialData = Settings });
}

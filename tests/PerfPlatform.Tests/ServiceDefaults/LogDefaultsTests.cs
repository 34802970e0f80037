using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

public sealed class LogDefaultsTests
{
    [Theory]
    [InlineData("PerfPlatform.Analysis.Store", LogLevel.Information, true)]
    [InlineData("Npgsql.Command", LogLevel.Information, false)]
    [InlineData("System.Net.Http.HttpClient.web.LogicalHandler", LogLevel.Information, false)]
    [InlineData("Microsoft.AspNetCore.Hosting.Diagnostics", LogLevel.Information, false)]
    [InlineData("MassTransit.ReceiveTransport", LogLevel.Information, false)]
    [InlineData("Hangfire.BackgroundJobServer", LogLevel.Warning, true)]
    [InlineData("Grpc.AspNetCore.Server.ServerCallHandler", LogLevel.Information, false)]
    [InlineData("PerfPlatform.ServiceDefaults.ApiKeyAuthenticationHandler", LogLevel.Information, false)]
    [InlineData("Some.Library", LogLevel.Warning, true)]
    [InlineData("Microsoft.Hosting.Lifetime", LogLevel.Information, true)]
    public void Levels_NoSettings_OursAndWhatIsWrong(string category, LogLevel level, bool enabled) => Assert.Equal(enabled, IsEnabled(category, level, []));

    [Fact]
    public void Levels_SettingsOfTheHost_Win() =>
        Assert.True(IsEnabled("Npgsql.Command", LogLevel.Debug, new() { ["Logging:LogLevel:Npgsql"] = "Debug" }));

    [Fact]
    public void Console_WithALevelOfItsOwn_StillLeavesOutWhatTheCallerTells() =>
        Assert.False(IsEnabled("StackExchange.Redis.ConnectionMultiplexer", LogLevel.Error, new() { ["Logging:Console:LogLevel:Default"] = "Warning" }));

    [Theory]
    [InlineData("Logging:Console:FormatterName")]
    [InlineData("LOGGING:CONSOLE:FORMATTERNAME")] // as Aspire sets it
    public void Console_HoweverItsSettingsAreSpelt_LeavesOutWhatOthersTell(string setting) =>
        Assert.False(IsEnabled("Microsoft.Extensions.Diagnostics.HealthChecks.DefaultHealthCheckService", LogLevel.Warning, new() { [setting] = "simple" }));

    private static bool IsEnabled(string category, LogLevel level, Dictionary<string, string?> settings)
    {
        var configuration = new ConfigurationManager();
        configuration.AddInMemoryCollection(settings);
        configuration.AddLogDefaults();
        var collection = new ServiceCollection();
        collection.AddConsoleDefaults();
        using var services = collection
            .AddLogging(logging => logging.AddConfiguration(configuration.GetSection("Logging")).AddProvider(new ReadableLoggerProvider(new Everything(), TimeProvider.System)))
            .BuildServiceProvider();
        return services.GetRequiredService<ILoggerFactory>().CreateLogger(category).IsEnabled(level);
    }

    private sealed class Everything : ILoggerProvider, ILogger
    {
        public ILogger CreateLogger(string categoryName) => this;

        public IDisposable? BeginScope<TState>(TState state) where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
        }

        public void Dispose()
        {
        }
    }
}

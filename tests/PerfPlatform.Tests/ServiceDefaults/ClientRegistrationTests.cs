using Microsoft.AspNetCore.Builder;
using Microsoft.EntityFrameworkCore;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Npgsql;
using OpenTelemetry.Trace;
using PerfPlatform.Alerting;
using PerfPlatform.Alerting.Database;
using PerfPlatform.Analysis;
using PerfPlatform.Ingestion;
using PerfPlatform.Reports;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Web;
using StackExchange.Redis;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

/// <summary>The clients of the servers in a process that has every module.</summary>
public sealed class ClientRegistrationTests
{
    [Fact]
    public async Task EveryModule_InOneProcess_HasOneClientOfAServerAndEachCheckOnce()
    {
        var builder = EveryModule();
        Assert.Single(builder.Services, service => service.ServiceType == typeof(IConnectionMultiplexer));
        Assert.Single(builder.Services, service => service.ServiceType == typeof(NpgsqlDataSource));
        await using var services = builder.Services.BuildServiceProvider();
        var checks = services.GetRequiredService<IOptions<HealthCheckServiceOptions>>().Value.Registrations.Select(check => check.Name).Order().ToList();
        Assert.Equal(checks.Distinct(), checks);
        // The integrations have checks of their own, which would ask the same servers again and call the service unhealthy where it is degraded.
        Assert.Equal(["database", "redis"], checks.Where(check => check.Contains("redis", StringComparison.OrdinalIgnoreCase) || check.Contains("database", StringComparison.Ordinal) || check.Contains("sql", StringComparison.OrdinalIgnoreCase) || check.Contains("Context", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Contexts_WithTransactionsOfTheirOwn_DoNotRetryCommands()
    {
        await using var services = EveryModule().Services.BuildServiceProvider();
        await using var context = await services.GetRequiredService<IDbContextFactory<AlertingContext>>().CreateDbContextAsync(TestContext.Current.CancellationToken);
        Assert.False(context.Database.CreateExecutionStrategy().RetriesOnFailure);
    }

    [Fact]
    public async Task Redis_Away_IsNoErrorAtTheStart()
    {
        await using var services = EveryModule().Services.BuildServiceProvider();
        var redis = services.GetRequiredService<IConnectionMultiplexer>();
        Assert.False(redis.IsConnected);
        var options = ConfigurationOptions.Parse(redis.Configuration);
        Assert.Equal((false, 2000, 2000), (options.AbortOnConnectFail, options.ConnectTimeout, options.AsyncTimeout));
    }

    [Theory]
    [InlineData(null, false)]
    [InlineData("http://127.0.0.1:1", true)]
    public async Task Spans_OfTheClients_AreBegunWhereSomebodyTakesThem(string? endpoint, bool traced)
    {
        await using var services = EveryModule(endpoint).Services.BuildServiceProvider();
        Assert.Equal(traced, services.GetService<TracerProvider>() is not null);
    }

    private static WebApplicationBuilder EveryModule(string? traces = null)
    {
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions { ApplicationName = "PerfPlatform.Standalone" });
        builder.Configuration["ConnectionStrings:metrics"] = "Host=localhost";
        builder.Configuration["ConnectionStrings:redis"] = "127.0.0.1:1";
        builder.Configuration[InstallationSecret.Setting] = InstallationSecret.Generate();
        builder.Configuration["OTEL_EXPORTER_OTLP_ENDPOINT"] = traces;
        builder.AddServiceDefaults();
        builder.AddAnalysis().AddIngestion().AddAlerting().AddReports().AddWeb();
        return builder;
    }
}

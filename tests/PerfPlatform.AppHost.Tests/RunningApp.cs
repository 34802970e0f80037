using System.Security.Cryptography;
using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using Aspire.Hosting.Testing;
using PerfPlatform.Contracts;
using Xunit;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(PerfPlatform.AppHost.Tests.RunningApp))]

namespace PerfPlatform.AppHost.Tests;

/// <summary>The distributed form, started from the app model once for the test process: the machine's own servers, fresh data in a folder of its own, two replicas of Ingestion.</summary>
public sealed class RunningApp : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly SemaphoreSlim _starting = new(1, 1);
    private DistributedApplication? _app;

    /// <summary>Where the servers keep their data; PostgreSQL's own user must be able to enter it.</summary>
    public string Data { get; } = Path.Combine(Path.GetTempPath(), $"pp-apphost-{Environment.ProcessId}-{Guid.NewGuid().ToString("N")[..6]}");

    private string KeySecret { get; } = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(20));

    public static string AdminPassword => "correct horse battery staple";

    /// <summary>The arguments of an app model that touches nothing of the developer's: its own data, its own parameters.</summary>
    public static string[] Arguments(string data, string keySecret) =>
    [
        "Infra=local",
        $"PERFPLATFORM_APPHOST_DATA={data}",
        $"Parameters:secret={Convert.ToBase64String(SHA256.HashData("app host"u8))}",
        $"Parameters:api-key-secret={keySecret}",
        $"Parameters:admin-password={AdminPassword}",
        "Parameters:server-password=abcdefghijklmnopqrstuv",
        "Replicas:ingestion=2",
    ];

    public async Task<DistributedApplication> StartedAsync()
    {
        await _starting.WaitAsync();
        try
        {
            return _app ??= await StartAsync();
        }
        finally
        {
            _starting.Release();
        }
    }

    /// <summary>A client of the web front end with a key that may do everything.</summary>
    public async Task<HttpClient> ClientAsync()
    {
        var client = (await StartedAsync()).CreateHttpClient(ResourceNames.Web, "http");
        client.DefaultRequestHeaders.Authorization = new("Bearer", "pp_apphost_" + KeySecret);
        return client;
    }

    public async Task HealthyAsync(string resource)
    {
        var app = await StartedAsync();
        await app.ResourceNotifications.WaitForResourceHealthyAsync(resource, WaitBehavior.StopOnResourceUnavailable).WaitAsync(Patience);
    }

    public async ValueTask DisposeAsync()
    {
        if (_app is not null) await _app.DisposeAsync();
        _starting.Dispose();
        if (Directory.Exists(Data)) Directory.Delete(Data, recursive: true);
    }

    private async Task<DistributedApplication> StartAsync()
    {
        Directory.CreateDirectory(Data);
        var builder = await DistributedApplicationTestingBuilder.CreateAsync<Projects.PerfPlatform_AppHost>(Arguments(Data, KeySecret));
        foreach (var project in builder.Resources.OfType<ProjectResource>())
        {
            // Else every service waits at its end for telemetry that nobody takes.
            builder.CreateResourceBuilder(project).WithEnvironment("OTEL_EXPORTER_OTLP_ENDPOINT", "");
        }

        var app = await builder.BuildAsync();
        try
        {
            await app.StartAsync();
            foreach (var name in new[] { ResourceNames.Ingestion, ResourceNames.Analysis, ResourceNames.Alerting, ResourceNames.Reports, ResourceNames.Web })
                await app.ResourceNotifications.WaitForResourceHealthyAsync(name, WaitBehavior.StopOnResourceUnavailable).WaitAsync(Patience);
            return app;
        }
        catch
        {
            await app.DisposeAsync();
            throw;
        }
    }
}

using Aspire.Hosting;
using Aspire.Hosting.ApplicationModel;
using PerfPlatform.TestServers.Topology;
using Xunit;

[assembly: Xunit.v3.Parallelization(Mode = Xunit.Sdk.ParallelMode.None)]
[assembly: AssemblyFixture(typeof(PerfPlatform.AppHost.Tests.RunningApp))]

namespace PerfPlatform.AppHost.Tests;

/// <summary>What a developer has after <c>dotnet run --project PerfPlatform.AppHost</c>, with two replicas of Ingestion.</summary>
public sealed class RunningApp : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(4);

    private readonly DistributedApp _app = new() { WithDashboard = false, Settings = ["Replicas:ingestion=2"], Environment = new Dictionary<string, string>() };

    public string Data => _app.Data;

    public async Task<DistributedApplication> StartedAsync() => (await _app.StartedAsync()).Application;

    /// <summary>The web front end's.</summary>
    public async Task<Uri> AddressAsync() => (await _app.StartedAsync()).Address;

    /// <summary>A client of the web front end with a key that may do everything.</summary>
    public async Task<HttpClient> ClientAsync() => (await _app.StartedAsync()).CreateClient(_app.Key);

    /// <summary>Returns when the app model says so.</summary>
    public async Task HealthyAsync(string resource) =>
        await (await StartedAsync()).ResourceNotifications.WaitForResourceHealthyAsync(resource, WaitBehavior.StopOnResourceUnavailable).WaitAsync(Patience);

    public ValueTask DisposeAsync() => _app.DisposeAsync();
}

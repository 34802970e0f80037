using System.Net.Http.Json;
using PerfPlatform.Contracts;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.EndToEnd.Tests;

/// <summary>What the services write while all is well.</summary>
public sealed class LogTests(DistributedApp app)
{
    [Fact]
    public async Task Services_UnderLoad_WriteNoLineARequest()
    {
        const int Requests = 400;
        string[] services = [ResourceNames.Ingestion, ResourceNames.Analysis, ResourceNames.Alerting, ResourceNames.Reports, ResourceNames.Web];
        await app.StartedAsync();
        using var stranger = app.CreateClient(null);
        stranger.BaseAddress = app.Addresses[ResourceNames.Ingestion];
        var before = services.ToDictionary(name => name, name => app.Lines(name).Count);
        for (var i = 0; i < Requests; i++)
        {
            using var sent = await app.Client.PostAsJsonAsync("/api/v1/samples", new { samples = new[] { new { metric = "e2e.log.load", value = i } } });
            sent.EnsureSuccessStatusCode();
            using var unknown = await stranger.PostAsJsonAsync("/api/v1/samples", new { });
            if (i % 10 == 0) await app.Client.GetStringAsync("/api/v1/latest?metric=e2e.log.load");
        }

        foreach (var name in services)
        {
            var lines = app.Lines(name).Skip(before[name]).ToList();
            Assert.True(lines.Count <= Requests / 20, $"{name} wrote {lines.Count} lines:\n{string.Join('\n', lines.Take(20))}");
        }
    }
}

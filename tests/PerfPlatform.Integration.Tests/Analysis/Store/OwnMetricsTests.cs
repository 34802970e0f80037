using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>What the store tells at /metrics.</summary>
[Collection(OwnMetricsCollection.Name)]
public sealed class OwnMetricsTests(ServersFixture servers)
{
    [Fact]
    public async Task Metrics_AfterSamples_TellWhatTheStoreHolds()
    {
        await using var database = await servers.DatabaseAsync();
        await using var host = await StoreHost.StartAsync(database.ConnectionString);
        await host.WriteAsync("own.metrics", "a", (1_790_000_000_000, 1), (1_790_000_001_000, 2));
        using var client = host.Client();

        var lines = (await client.GetStringAsync("/metrics", TestContext.Current.CancellationToken)).Split('\n');

        Assert.Contains("perfplatform_store_samples_total 2", lines);
        Assert.Contains("perfplatform_store_series 1", lines);
        Assert.Contains("perfplatform_store_inbox_rows 1", lines);
        Assert.Contains(lines, line => line.StartsWith("perfplatform_store_head_size_bytes ", StringComparison.Ordinal) && line != "perfplatform_store_head_size_bytes 0");
    }
}

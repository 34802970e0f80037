using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>One writer for each partition.</summary>
public sealed class LeaseTests(ServersFixture servers)
{
    private const long Start = 1_790_000_000_000;

    [Fact]
    public async Task Second_WhileTheFirstLives_IsRefusedAndTakesOverAfterIt()
    {
        await using var database = await servers.DatabaseAsync();
        var first = await StoreHost.StartAsync(database.ConnectionString);
        await first.WriteAsync("queue.size", "web-1", (Start, 1));
        await using var second = await StoreHost.StartWithoutLeaseAsync(database.ConnectionString);
        var partition = second.Services.GetRequiredService<PartitionSet>()[0];
        await Wait.ForAsync("the second knows that the first writes", () => partition.State == PartitionState.Elsewhere);

        await Assert.ThrowsAsync<SinkUnavailableException>(() => second.WriteAsync("queue.size", "web-1", (Start, 2)));
        Assert.Equal([(Start, 1)], await second.RawAsync("queue.size", Start, Start + 1000));

        await first.KillAsync();
        await second.ReadyAsync();
        Assert.Equal([(Start, 1)], await second.RawAsync("queue.size", Start, Start + 1000));
        await second.WriteAsync("queue.size", "web-1", (Start + 1, 2));
        Assert.Equal(2, (await second.RawAsync("queue.size", Start, Start + 1000)).Count);
    }

    [Fact]
    public async Task TakeOver_LabelledSeriesOlderThanThoseKnown_AreReadBack()
    {
        await using var database = await servers.DatabaseAsync();
        var first = await StoreHost.StartAsync(database.ConnectionString);
        await using var second = await StoreHost.StartWithoutLeaseAsync(database.ConnectionString);
        var partition = second.Services.GetRequiredService<PartitionSet>()[0];
        await Wait.ForAsync("the second knows that the first writes", () => partition.State == PartitionState.Elsewhere);
        await first.WriteAsync("queue.size", "web-1", (Start, 1));
        await first.WriteAsync("queue.size", "web-2", (Start, 2));

        // Of several replicas each registers series: what this one knows has gaps.
        await second.Services.GetRequiredService<RegistryLoader>().LoadAsync([2], TestContext.Current.CancellationToken);
        await first.KillAsync();
        await second.ReadyAsync();
        Assert.Equal([1, 2], (await second.RawAsync("queue.size", Start, Start + 1000)).Select(s => s.Value).Order());
        await second.FlushAsync();
        Assert.Equal(0L, await DurabilityTests.ScalarAsync(database.ConnectionString, "SELECT count(*) FROM metrics.inbox"));
    }

    [Fact]
    public async Task Write_AfterTheLeaseWasTaken_IsRefusedUntilTheLeaseIsBackAndNothingIsLost()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        await store.WriteAsync("queue.size", "web-1", (Start, 1));

        // Someone else has taken the lease and this process does not know it.
        await DurabilityTests.ScalarAsync(database.ConnectionString, "UPDATE metrics.partition_lease SET owner = 'other', epoch = epoch + 1, expires = clock_timestamp() + interval '1 second' RETURNING 1");
        await Assert.ThrowsAsync<SinkUnavailableException>(() => store.WriteAsync("queue.size", "web-1", (Start + 1, 2)));
        Assert.Equal(1L, await DurabilityTests.ScalarAsync(database.ConnectionString, "SELECT count(*) FROM metrics.inbox"));

        await store.ReadyAsync();
        await store.WriteAsync("queue.size", "web-1", (Start + 2, 3));
        Assert.Equal([(Start, 1), (Start + 2, 3)], await store.RawAsync("queue.size", Start, Start + 1000));
    }
}

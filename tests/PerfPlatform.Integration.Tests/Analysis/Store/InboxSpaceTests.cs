using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Analysis.Store.Compaction;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>The inbox's file after a burst: small again, and nothing lost by it.</summary>
public sealed class InboxSpaceTests(ServersFixture servers)
{
    private const long Start = 1_790_000_000_000;
    private const int Batches = 24;
    private const int SamplesABatch = 50_000;

    [Fact]
    public async Task Release_AfterABurst_MakesTheFileSmallAndKeepsWhatIsWrittenMeanwhile()
    {
        await using var database = await servers.DatabaseAsync();
        var store = await StoreHost.StartAsync(database.ConnectionString, ("Analysis:Store:CommitTimeout", "00:01:00"));
        await BurstAsync(store);
        await store.FlushAsync();
        var before = await SizeAsync(database.ConnectionString);
        Assert.True(before > 8 << 20, $"The burst left {before} bytes.");
        var space = store.Services.GetRequiredService<InboxSpace>();

        using var enough = new CancellationTokenSource();
        var writing = WriteAsync(store, enough.Token);

        // What is written meanwhile may keep the end of the file, and a lock, so one round need not be enough.
        await Wait.ForAsync("the inbox's file is small", async () =>
            {
                await space.ReleaseAsync(TestContext.Current.CancellationToken);
                await store.FlushAsync();
                return await SizeAsync(database.ConnectionString) <= InboxSpace.Slack;
            }, TimeSpan.FromSeconds(120));
        await enough.CancelAsync();
        var written = await writing;
        await store.WriteAsync("last", "web-1", (Start, 1));
        await store.KillAsync();

        await using var second = await StoreHost.StartAsync(database.ConnectionString);
        Assert.Equal(Enumerable.Range(0, written).Select(i => (Start + i, (double)i)), await second.RawAsync("meanwhile", Start, Start + written));
        Assert.Equal([(Start, 1.0)], await second.RawAsync("last", Start, Start + 1));
    }

    [Fact]
    public async Task Release_OfRowsThatWaitForTheirSegments_LeavesThemAlone()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, ("Analysis:Store:CommitTimeout", "00:01:00"));
        await BurstAsync(store);
        var before = await SizeAsync(database.ConnectionString);

        Assert.Null(await store.Services.GetRequiredService<InboxSpace>().ReleaseAsync(TestContext.Current.CancellationToken));

        Assert.Equal(before, await SizeAsync(database.ConnectionString));
        Assert.Equal((long)Batches, await DurabilityTests.ScalarAsync(database.ConnectionString, "SELECT count(*) FROM metrics.inbox"));
    }

    private static async Task BurstAsync(StoreHost store)
    {
        var random = new Random(3);
        for (var batch = 0; batch < Batches; batch++)
        {
            var from = Start + ((long)batch * SamplesABatch);
            await store.WriteAsync("burst", "web-1", [.. Enumerable.Range(0, SamplesABatch).Select(i => (from + i, random.NextDouble()))]);
        }
    }

    /// <summary>Writes a sample after the other until it is told to stop; returns how many.</summary>
    private static async Task<int> WriteAsync(StoreHost store, CancellationToken cancellationToken)
    {
        var written = 0;
        for (; !cancellationToken.IsCancellationRequested || written == 0; written++) await store.WriteAsync("meanwhile", "web-1", (Start + written, written));
        return written;
    }

    private static async Task<long> SizeAsync(string connectionString) =>
        (long)(await DurabilityTests.ScalarAsync(connectionString, "SELECT pg_total_relation_size('metrics.inbox')"))!;
}

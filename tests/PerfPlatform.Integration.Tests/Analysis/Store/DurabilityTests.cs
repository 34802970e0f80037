using Npgsql;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>What was acknowledged is there: before and after a flush, after a crash, and exactly once.</summary>
public sealed class DurabilityTests(ServersFixture servers)
{
    private const long Start = 1_790_000_000_000;

    [Fact]
    public async Task Write_Acknowledged_IsVisibleAtOnce()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);

        await store.WriteAsync("queue.size", "web-1", (Start, 1.5), (Start + 1000, -0.0));

        Assert.Equal([(Start, 1.5), (Start + 1000, -0.0)], await store.RawAsync("queue.size", Start, Start + 10_000));
    }

    [Fact]
    public async Task Flush_Done_SameAnswerFromSegmentsAndInboxEmpty()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        var samples = Enumerable.Range(0, 5000).Select(i => (Start + (i * 1000L), Math.Sin(i) * 100)).ToArray();
        await store.WriteAsync("queue.size", "web-1", samples);

        await store.FlushAsync();

        Assert.Equal(samples, await store.RawAsync("queue.size", Start, Start + 10_000_000));
        Assert.Equal(0L, await ScalarAsync(database.ConnectionString, "SELECT count(*) FROM metrics.inbox"));
        Assert.Equal(5000L, await ScalarAsync(database.ConnectionString, "SELECT sum(count) FROM metrics.segment"));
        Assert.Equal(0L, await ScalarAsync(database.ConnectionString, "SELECT count(*) FROM metrics.segment WHERE date_trunc('hour', start_time, 'UTC') <> date_trunc('hour', end_time, 'UTC')"));
    }

    [Fact]
    public async Task Crash_WithoutFlush_ReplayGivesTheSameAnswer()
    {
        await using var database = await servers.DatabaseAsync();
        var written = new List<(long, double)>();
        var first = await StoreHost.StartAsync(database.ConnectionString);
        for (var i = 0; i < 50; i++)
        {
            written.Add((Start + (i * 1000L), i));
            await first.WriteAsync("queue.size", "web-1", (Start + (i * 1000L), i));
            if (i == 20) await first.FlushAsync();
        }

        var before = await first.RawAsync("queue.size", Start, Start + 100_000);
        await first.KillAsync();
        await using var second = await StoreHost.StartAsync(database.ConnectionString);

        Assert.Equal(written, before);
        Assert.Equal(written, await second.RawAsync("queue.size", Start, Start + 100_000));
        var latest = Assert.Single((await second.Queries.LatestAsync(Contracts.Queries.SeriesSelector.Of("queue.size"), 100, null, CancellationToken.None)).Items);
        Assert.Equal((Start + 49_000, 49), (latest.Time, latest.Value));
        await second.FlushAsync();
        Assert.Equal(written, await second.RawAsync("queue.size", Start, Start + 100_000));
    }

    [Fact]
    public async Task Stop_Orderly_WritesSegmentsAndGivesTheLeaseBack()
    {
        await using var database = await servers.DatabaseAsync();
        var store = await StoreHost.StartAsync(database.ConnectionString);
        await store.WriteAsync("queue.size", "web-1", (Start, 1));

        await store.DisposeAsync();

        Assert.Equal(0L, await ScalarAsync(database.ConnectionString, "SELECT count(*) FROM metrics.inbox"));
        Assert.Equal(1L, await ScalarAsync(database.ConnectionString, "SELECT count(*) FROM metrics.segment"));
        Assert.Equal(0L, await ScalarAsync(database.ConnectionString, "SELECT count(*) FROM metrics.partition_lease WHERE expires > clock_timestamp()"));
    }

    [Fact]
    public async Task Duplicates_OfAnyKind_OneSampleForEachTimeAndTheGreatestStampWins()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        var series = SeriesDescriptor.Of("queue.size", LabelSet.Of(("host.name", "web-1")));
        SampleBatch Batch(long receivedAt, params (long, double)[] samples) => StoreHost.Batch(series, new BatchStamp(receivedAt, 1, receivedAt), samples);
        var old = Batch(100, (Start, 1), (Start + 1000, 2));
        var newer = Batch(200, (Start + 1000, 20), (Start + 2000, 30));

        // Twice the same, out of order, across a flush, and a late copy together with newer neighbours.
        await store.Sink.WriteAsync([newer, old, old], CancellationToken.None);
        Assert.Equal([(Start, 1), (Start + 1000, 20), (Start + 2000, 30)], await store.RawAsync("queue.size", Start, Start + 10_000));
        await store.FlushAsync();
        await store.Sink.WriteAsync([old, Batch(300, (Start + 3000, 40))], CancellationToken.None);
        (long, double)[] expected = [(Start, 1), (Start + 1000, 20), (Start + 2000, 30), (Start + 3000, 40)];
        Assert.Equal(expected, await store.RawAsync("queue.size", Start, Start + 10_000));
        await store.FlushAsync();

        Assert.Equal(expected, await store.RawAsync("queue.size", Start, Start + 10_000));
        await store.Sink.WriteAsync([Batch(400, (Start + 1000, 200))], CancellationToken.None);
        await store.FlushAsync();
        Assert.Equal((Start + 1000, 200), (await store.RawAsync("queue.size", Start, Start + 10_000))[1]);
    }

    internal static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        return await command.ExecuteScalarAsync();
    }
}

using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PerfPlatform.Analysis.Store.Compaction;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>What a sample takes at rest, with everything that belongs to its table: rows, indexes and what PostgreSQL keeps beside it.</summary>
public sealed class SegmentStorageTests(ServersFixture servers)
{
    private const int Series = 900;
    private const int Samples = 3600;
    private const int Flush = 600;

    [Fact]
    public async Task Run_OverAnHourOfCountersGaugesAndRareChanges_LeavesThreeQuartersOfAByteASample()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(
            database.ConnectionString, ("Analysis:Store:CompactionInterval", "01:00:00"), ("Analysis:Store:CompactionLateness", "00:00:00"), ("Analysis:Store:RewriteTimeout", "00:01:00"));
        await store.ReadyAsync();
        // What autovacuum cuts off the file's end meanwhile may spare the chunk its rewriting: chunks take the setting over.
        await DurabilityTests.ScalarAsync(database.ConnectionString, "ALTER TABLE metrics.segment SET (autovacuum_enabled = false)");
        var start = TimeProvider.System.GetUtcNow().AddHours(-3).ToUnixTimeMilliseconds() / 3_600_000 * 3_600_000;
        var random = new Random(5);
        var values = Enumerable.Range(0, Series).Select(s => s % 3 == 0 ? random.Next(1_000_000) : random.Next(10_000) / 100.0).ToArray();
        for (var from = 0; from < Samples; from += Flush)
        {
            for (var first = 0; first < Series; first += 50)
            {
                var part = Enumerable.Range(first, 50).Select(s => (0, Descriptor(s), Draw(s, from)));
                await store.Sink.WriteAsync([SampleBatch.Of(Guid.Empty, store.NextStamp(), 0, [.. part])], TestContext.Current.CancellationToken);
            }

            await store.FlushAsync();
        }

        Assert.Equal(0L, await DurabilityTests.ScalarAsync(database.ConnectionString, "SELECT count(*) FROM pg_class c JOIN timescaledb_information.chunks h ON h.chunk_name = c.relname WHERE h.hypertable_name = 'segment' AND c.reloptions IS NULL"));

        // A chunk that somebody reads is written anew in a later round.
        var work = store.Services.GetRequiredService<CompactionWork>();
        var backlog = store.Services.GetRequiredService<CompactionBacklog>();
        await using (var reader = new NpgsqlConnection(database.ConnectionString))
        {
            await reader.OpenAsync(TestContext.Current.CancellationToken);
            await using var transaction = await reader.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var read = new NpgsqlCommand("SELECT count(*) FROM metrics.segment", reader, transaction);
            await read.ExecuteScalarAsync(TestContext.Current.CancellationToken);
            await work.RunAsync(TestContext.Current.CancellationToken);
            Assert.False(IsClear());
        }

        await Wait.ForAsync("the hour's chunk is written anew", async () =>
            {
                await work.RunAsync(TestContext.Current.CancellationToken);
                return IsClear();
            });

        // The hour's chunk has two hours; either may stand for it.
        bool IsClear() => backlog.IsClear(start - 3_600_000, start + 7_200_000);

        // Counters and nearly all gauges as two rows that fill pages, the others as one.
        var rows = (long)(await DurabilityTests.ScalarAsync(database.ConnectionString, "SELECT count(*) FROM metrics.segment"))!;
        Assert.InRange(rows, Series * 3 / 2, Series * 5 / 3);
        Assert.Equal((long)Series * Samples, await DurabilityTests.ScalarAsync(database.ConnectionString, "SELECT sum(count) FROM metrics.segment"));
        var size = (long)(await DurabilityTests.ScalarAsync(database.ConnectionString, "SELECT hypertable_size('metrics.segment')"))!;
        Assert.InRange(size / (double)(Series * Samples), 0.5, 0.75);

        // Which is known when the hour is looked at again, as after a start; a late sample makes it all be merged again.
        backlog.Suspect(start, start + 1);
        Assert.Equal(0, await work.RunAsync(TestContext.Current.CancellationToken));
        await store.Sink.WriteAsync([SampleBatch.Of(Guid.Empty, store.NextStamp(), 0, [(0, Descriptor(0), [(start + 500L, 1.0)])])], TestContext.Current.CancellationToken);
        await store.FlushAsync();
        Assert.Equal(3, await work.RunAsync(TestContext.Current.CancellationToken));
        Assert.Equal(((long)Series * Samples) + 1, await DurabilityTests.ScalarAsync(database.ConnectionString, "SELECT sum(count) FROM metrics.segment"));
        backlog.Suspect(start, start + 1);
        Assert.Equal(0, await work.RunAsync(TestContext.Current.CancellationToken));

        (long, double)[] Draw(int series, int from) => [.. Enumerable.Range(from, Flush).Select(i => (start + (i * 1000L), values[series] = Next(series % 3, values[series])))];

        double Next(int kind, double value) => kind switch
        {
            0 => value + random.Next(100),
            1 => Math.Round(Math.Clamp(value + random.NextDouble() - 0.5, 0.01, 100), 2),
            _ => random.Next(100) == 0 ? random.Next(1, 16) : value,
        };
    }

    private static SeriesDescriptor Descriptor(int series) => SeriesDescriptor.Of("load", LabelSet.Of(("series", $"{series}")), MetricKind.Gauge, "1");
}

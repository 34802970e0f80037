using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Analysis.Store.Compaction;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Retention;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>Merging small segments: nothing lost, nothing twice, whatever happens at the same time.</summary>
public sealed class CompactionTests(ServersFixture servers)
{
    private const long Hour = 3_600_000;
    private const string Metric = "requests";
    private static readonly (string, string)[] Settings = [("Analysis:Store:CompactionInterval", "01:00:00"), ("Analysis:Store:CompactionLateness", "00:00:00")];
    private readonly long _start = HoursAgo(3);

    [Fact]
    public async Task Run_OverHoursThatAreOver_LeavesOneSegmentASeriesAndMergesLateOnesAgain()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, Settings);
        var expected = await FillAsync(store, flushes: 6, series: 3);
        Assert.Equal(18L, await RowsAsync(database.ConnectionString));
        Assert.Equal(1, Compactor(store).HoursBehind);

        Assert.Equal(18, await RunAsync(store));
        Assert.Equal(3L, await RowsAsync(database.ConnectionString));
        Assert.Equal(expected, await SamplesAsync(store));
        Assert.Equal(0, Compactor(store).HoursBehind);
        Assert.Equal(0, await RunAsync(store));

        // A correction and a new time, late.
        await store.WriteAsync(Metric, "web-1", (_start, 99), (_start + 500, 98));
        await store.FlushAsync();
        var corrected = await SamplesAsync(store);
        Assert.Equal(expected.Count + 1, corrected.Count);
        Assert.Contains(("web-1", _start, 99.0), corrected);
        Assert.Equal(2, await RunAsync(store));
        Assert.Equal(3L, await RowsAsync(database.ConnectionString));
        Assert.Equal(corrected, await SamplesAsync(store));
    }

    [Fact]
    public async Task Run_AfterARestart_FindsWhatWasLeftAndNotTheHourThatGoesOn()
    {
        await using var database = await servers.DatabaseAsync();
        await using (var before = await StoreHost.StartAsync(database.ConnectionString, Settings)) await FillAsync(before, flushes: 3, series: 2);
        await using var store = await StoreHost.StartAsync(database.ConnectionString, Settings);
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        for (var i = 0; i < 2; i++)
        {
            await store.WriteAsync(Metric, "now", (now + i, i));
            await store.FlushAsync();
        }

        var work = store.Services.GetRequiredService<CompactionWork>();
        Assert.Equal(6, await work.RunAsync(CancellationToken.None));
        Assert.Equal(4L, await RowsAsync(database.ConnectionString));
    }

    [Fact]
    public async Task Query_WhileMerging_CountsEachSampleOnce()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, [.. Settings, ("Analysis:Store:Partitions", "3"), ("Analysis:Store:CompactionRowsPerSecond", "3000")]);
        var samples = (await FillAsync(store, flushes: 8, series: 450, partitions: 3)).Count;
        var merging = Task.Run(() => RunAsync(store));
        var rounds = 0;
        while (!merging.IsCompleted || rounds == 0)
        {
            Assert.Equal(samples, await CountAsync(store));
            rounds++;
        }

        Assert.Equal(8 * 450, await merging);
        Assert.Equal(450L, await RowsAsync(database.ConnectionString));
        Assert.Equal(samples, await CountAsync(store));
        Assert.True(rounds >= 3, $"Only {rounds} queries ran while segments were merged.");
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_FaultAtAnyStep_KeepsEverySampleAndTheNextRoundEndsTheWork(bool kill)
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, Settings);
        var transaction = store.Services.GetRequiredService<CompactionTransaction>();
        var merged = 0;
        foreach (var step in Enum.GetValues<CompactionStep>())
        {
            var expected = await FillAsync(store, flushes: 4, series: 3); // the same again, with newer stamps
            var faults = 0;
            transaction.Reached = async reached =>
            {
                if (reached != step || faults++ > 0) return;
                if (!kill || step == CompactionStep.Committed) throw new IOException("The process ends here.");
                Assert.Equal(1L, await DurabilityTests.ScalarAsync(
                    database.ConnectionString, "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'"));
            };

            await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(store));
            Assert.Equal(1, faults);
            Assert.Equal(step == CompactionStep.Committed ? 3L : merged + 12L, await RowsAsync(database.ConnectionString));
            Assert.Equal(expected, await SamplesAsync(store));

            await RunAsync(store);
            merged = 3;
            Assert.Equal(3L, await RowsAsync(database.ConnectionString));
            Assert.Equal(expected, await SamplesAsync(store));
        }
    }

    [Fact]
    public async Task Run_SegmentsFlushedMeanwhile_StayAndAreMergedNext()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, Settings);
        var expected = await FillAsync(store, flushes: 4, series: 1);
        var transaction = store.Services.GetRequiredService<CompactionTransaction>();
        transaction.Reached = async reached =>
        {
            if (reached != CompactionStep.Deleted) return;
            transaction.Reached = _ => Task.CompletedTask;
            await store.WriteAsync(Metric, "web-0", (_start + 777, 7));
            await store.FlushAsync();
        };

        Assert.Equal(4, await RunAsync(store));
        Assert.Equal(2L, await RowsAsync(database.ConnectionString));
        var all = await SamplesAsync(store);
        Assert.Equal(expected.Count + 1, all.Count);
        Assert.Equal(2, await RunAsync(store));
        Assert.Equal(1L, await RowsAsync(database.ConnectionString));
        Assert.Equal(all, await SamplesAsync(store));
    }

    [Fact]
    public async Task Merge_WithoutTheLease_ChangesNothing()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, Settings);
        var expected = await FillAsync(store, flushes: 4, series: 1);
        var transaction = store.Services.GetRequiredService<CompactionTransaction>();

        await Assert.ThrowsAsync<LeaseLostException>(() => transaction.MergeAsync(0, 1_000_000, _start, [1], [], CancellationToken.None));

        Assert.Equal(4L, await RowsAsync(database.ConnectionString));
        Assert.Equal(expected, await SamplesAsync(store));
    }

    [Fact]
    public async Task Run_OverADamagedSegment_MergesTheOthers()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, Settings);
        await FillAsync(store, flushes: 4, series: 3);
        await DurabilityTests.ScalarAsync(database.ConnectionString, "UPDATE metrics.segment SET data = '\\x0901' WHERE series_id = 2; SELECT 1");

        Assert.Equal(8, await RunAsync(store));
        Assert.Equal(6L, await RowsAsync(database.ConnectionString));
    }

    [Fact]
    public async Task Run_OverAWholeChunk_GivesItsSpaceBackAndRetentionStillDropsIt()
    {
        await using var database = await servers.DatabaseAsync();
        List<(string, long, double)> expected;
        await using (var store = await StoreHost.StartAsync(database.ConnectionString, Settings))
        {
            expected = await FillAsync(store, flushes: 30, series: 500);
            var before = await SizeAsync(database.ConnectionString);
            await RunAsync(store);
            var after = await SizeAsync(database.ConnectionString);
            Assert.True(after < before / 3, $"{before} bytes before, {after} after.");
            Assert.Equal(expected, await SamplesAsync(store));
        }

        await using var later = await StoreHost.StartAsync(database.ConnectionString, [.. Settings, ("Analysis:Store:RawRetention", "01:00:00")]);
        Assert.Equal(expected.Count, (await SamplesAsync(later)).Count);
        await later.Services.GetRequiredService<RetentionJob>().RunAsync(CancellationToken.None);
        Assert.Empty(await SamplesAsync(later));
    }

    [Fact]
    public async Task Health_MoreHoursBehindThanAllowed_IsDegradedUntilTheyAreMerged()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, [.. Settings, ("Analysis:Store:CompactionMaxHours", "1")]);
        for (var hour = 3; hour < 6; hour++)
        {
            for (var i = 0; i < 2; i++)
            {
                await store.WriteAsync(Metric, "web-1", (HoursAgo(hour) + i, i));
                await store.FlushAsync();
            }
        }

        Assert.Contains("3 hours wait", await HealthAsync(store), StringComparison.Ordinal);
        await RunAsync(store);
        Assert.DoesNotContain("hours wait", await HealthAsync(store), StringComparison.Ordinal);
    }

    private static long HoursAgo(int hours)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return now - (now % Hour) - (hours * Hour);
    }

    private static Compactor Compactor(StoreHost store) => store.Services.GetRequiredService<Compactor>();

    private static Task<long> RunAsync(StoreHost store) => store.Services.GetRequiredService<CompactionWork>().RunAsync(CancellationToken.None);

    private static async Task<long> RowsAsync(string connection) => (long)(await DurabilityTests.ScalarAsync(connection, "SELECT count(*) FROM metrics.segment"))!;

    private static async Task<long> SizeAsync(string connection) => (long)(await DurabilityTests.ScalarAsync(connection, "SELECT hypertable_size('metrics.segment')"))!;

    private static async Task<string> HealthAsync(StoreHost store)
    {
        using var http = store.Client();
        return await http.GetStringAsync(new Uri("/health", UriKind.Relative));
    }

    /// <summary>Some seconds of samples for each flush, one after another, all in one hour; returns them as a query should.</summary>
    private async Task<List<(string, long, double)>> FillAsync(StoreHost store, int flushes, int series, int partitions = 1)
    {
        var all = Enumerable.Range(0, series).Select(i => SeriesDescriptor.Of(Metric, LabelSet.Of(("host.name", string.Create(CultureInfo.InvariantCulture, $"web-{i}"))), MetricKind.Gauge, "1")).ToArray();
        var expected = new List<(string, long, double)>();
        for (var flush = 0; flush < flushes; flush++)
        {
            var batches = all.GroupBy(s => s.Fingerprint.Partition(partitions)).Select(part => SampleBatch.Of(Guid.Empty, store.NextStamp(), part.Key, [.. part.Select(s =>
                (0, (SeriesDescriptor?)s, (IReadOnlyList<(long, double)>)[.. Enumerable.Range(0, 5).Select(i => (_start + (((flush * 5) + i) * 1000L), (double)((flush * 7) + i)))]))]));
            await store.Sink.WriteAsync([.. batches], CancellationToken.None);
            await store.FlushAsync();
            foreach (var one in all) expected.AddRange(Enumerable.Range(0, 5).Select(i => (one.Labels["host.name"]!, _start + (((flush * 5) + i) * 1000L), (double)((flush * 7) + i))));
        }

        return [.. expected.Order()];
    }

    private async Task<List<(string, long, double)>> SamplesAsync(StoreHost store)
    {
        var query = new RangeQuery { Selector = SeriesSelector.Of(Metric), From = DateTimeOffset.FromUnixTimeMilliseconds(_start), To = DateTimeOffset.FromUnixTimeMilliseconds(_start + Hour) };
        var result = await store.Queries.QueryAsync(query, CancellationToken.None);
        return [.. result.Series.SelectMany(s => s.Times.Zip(s.Values, (t, v) => (s.Labels["host.name"]!, t, v!.Value))).Order()];
    }

    private async Task<long> CountAsync(StoreHost store)
    {
        var query = new RangeQuery
        {
            Selector = SeriesSelector.Of(Metric),
            From = DateTimeOffset.FromUnixTimeMilliseconds(_start),
            To = DateTimeOffset.FromUnixTimeMilliseconds(_start + Hour),
            Step = TimeSpan.FromHours(1),
            Aggregation = Aggregation.Count,
            Reduction = Reduction.Sum,
        };
        return (long)(await store.Queries.QueryAsync(query, CancellationToken.None)).Series.Sum(s => s.Values.Sum(v => v ?? 0));
    }
}

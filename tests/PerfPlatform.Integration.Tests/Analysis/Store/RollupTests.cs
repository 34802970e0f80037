using System.Globalization;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Compaction;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Rollups;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>The roll-ups in a real database: what they hold, when they are there, and that late samples and faults leave nothing wrong.</summary>
public sealed class RollupTests(ServersFixture servers)
{
    private const long Hour = 3_600_000;
    private static readonly (string, string)[] Settings = [("Analysis:Store:CompactionInterval", "01:00:00"), ("Analysis:Store:CompactionLateness", "00:00:00")];
    private readonly long _start = HoursAgo(3);

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Run_OverTwoHours_WritesWhatTheSamplesSayAndTheViewsSayTheSame(bool timescale)
    {
        await using var database = await servers.DatabaseAsync();
        var connection = timescale ? database.ConnectionString : await RetentionTests.WithoutTimescaleAsync(database.ConnectionString);
        await using var store = await StoreHost.StartAsync(connection, Settings);
        foreach (var hour in (long[])[_start, _start + Hour]) await FillAsync(store, hour, 4);

        await RunAsync(store);

        Assert.Equal("1 2 3", await DurabilityTests.ScalarAsync(connection, "SELECT string_agg(DISTINCT get_byte(data, 0)::text, ' ') FROM metrics.rollup_1m"));
        foreach (var metric in Kinds.Keys)
        {
            await AssertRollupsAsync(store, metric, _start, _start + Hour);
            await AssertViewAsync(store, connection, RollupTier.Minute, metric);
            await AssertViewAsync(store, connection, RollupTier.Hour, metric);
        }
    }

    [Fact]
    public async Task Run_AfterLateSamples_CorrectsTheirHourItsDayAndWhereTheNextHourStarts()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, Settings);
        await store.WriteAsync(Counter("requests"), (_start, 10), (_start + 60_000, 20));
        await store.WriteAsync(Counter("requests"), (_start + Hour, 70));
        await store.FlushAsync();
        await RunAsync(store);
        Assert.Equal(0, (await ReadAsync(store, RollupTier.Minute, "requests"))[1].Increase[0]); // an hour of silence before: where it started is not known

        await store.WriteAsync(Counter("requests"), (_start + Hour - 1000, 50));
        await store.FlushAsync();
        Assert.False(Coverage(store).IsFinal(_start));
        await RunAsync(store);

        var minutes = await ReadAsync(store, RollupTier.Minute, "requests");
        Assert.Equal((3, 20), (minutes[0].Count.ToArray().Sum(), minutes[1].Increase[0]));
        var hours = (await ReadAsync(store, RollupTier.Hour, "requests")).SelectMany(d => Enumerable.Range(0, 24).Where(i => d.Count[i] > 0).Select(i => (Time: d.Start + (i * Hour), Count: d.Count[i], Increase: d.Increase[i]))).ToArray();
        Assert.Equal([(_start, 3, 10), (_start + Hour, 1, 20)], hours);
        Assert.True(Coverage(store).IsFinal(_start));
        Assert.True(Coverage(store).IsFinal(_start + Hour));

        // Earlier than the last sample: the next hour starts where it did.
        await store.WriteAsync(Counter("requests"), (_start + 30_000, 15));
        await store.FlushAsync();
        await RunAsync(store);
        Assert.Equal(20, (await ReadAsync(store, RollupTier.Minute, "requests"))[1].Increase[0]);
    }

    [Fact]
    public async Task Run_OverHoursOfAnEarlierVersion_RollsThemUpOnce()
    {
        await using var database = await servers.DatabaseAsync();
        await using (var before = await StoreHost.StartAsync(database.ConnectionString, Settings))
        {
            await FillAsync(before, _start, 2);
            await FillAsync(before, _start - Hour, 1); // one segment each: nothing to merge
            await RunAsync(before);
        }

        var expected = await RowsAsync(database.ConnectionString);
        Assert.Equal(2 * Kinds.Count, expected.Length);
        await DurabilityTests.ScalarAsync(database.ConnectionString, "DELETE FROM metrics.rollup_1m; DELETE FROM metrics.rollup_1h; SELECT 1");
        await using var store = await StoreHost.StartAsync(database.ConnectionString, Settings);
        Assert.False(Coverage(store).IsFinal(_start));
        await RunAsync(store);
        Assert.Equal(expected, await RowsAsync(database.ConnectionString));
        Assert.True(Coverage(store).IsFinal(_start));

        var transaction = store.Services.GetRequiredService<CompactionTransaction>();
        transaction.Reached = _ => throw new InvalidOperationException("There is nothing left to do.");
        store.Services.GetRequiredService<CompactionBacklog>().Suspect(_start - Hour, _start + Hour);
        await RunAsync(store);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Run_FaultAtAnyStep_NeverLeavesAMergedHourWithoutItsRollup(bool kill)
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, Settings);
        var transaction = store.Services.GetRequiredService<CompactionTransaction>();
        var round = 0;
        var rolledUp = 0;
        foreach (var step in Enum.GetValues<CompactionStep>())
        {
            for (var i = 0; i < 2; i++)
            {
                await store.WriteAsync(Counter("requests"), (_start + (round++ * 1000), round));
                await store.FlushAsync();
            }

            var failed = false;
            transaction.Reached = async reached =>
            {
                if (reached != step || failed) return;
                failed = true;
                if (!kill || step == CompactionStep.Committed) throw new IOException("The process ends here.");
                await DurabilityTests.ScalarAsync(
                    database.ConnectionString, "SELECT count(pg_terminate_backend(pid, 5000)) FROM pg_stat_activity WHERE datname = current_database() AND state = 'idle in transaction'");
            };

            await Assert.ThrowsAnyAsync<Exception>(() => RunAsync(store));
            Assert.True(failed);
            if (step == CompactionStep.Committed) rolledUp = round;
            else Assert.False(Coverage(store).IsFinal(_start));
            Assert.Equal(rolledUp, (await ReadAsync(store, RollupTier.Minute, "requests")).Sum(r => r.Count[0]));
            Assert.Equal(rolledUp, (await ReadAsync(store, RollupTier.Hour, "requests")).Sum(r => r.Count.ToArray().Sum()));

            await RunAsync(store);
            rolledUp = round;
            Assert.Equal(rolledUp, (await ReadAsync(store, RollupTier.Minute, "requests")).Sum(r => r.Count[0]));
            Assert.Equal(rolledUp, (await ReadAsync(store, RollupTier.Hour, "requests")).Sum(r => r.Count.ToArray().Sum()));
        }
    }

    [Fact]
    public async Task Run_OverADamagedSegment_RollsUpTheOthersAndDoesNotCallTheHourFinal()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, Settings);
        await FillAsync(store, _start, 2);
        await DurabilityTests.ScalarAsync(database.ConnectionString, "UPDATE metrics.segment SET data = '\\x0901' WHERE series_id = 2; SELECT 1");

        await RunAsync(store);

        Assert.Equal(Kinds.Count - 1, (await RowsAsync(database.ConnectionString)).Length);
        Assert.False(Coverage(store).IsFinal(_start));
    }

    [Fact]
    public async Task IsFinal_OfHours_IsTrueForThoseThatAreRolledUpOrOlderThanRawSamples()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, Settings);
        var coverage = Coverage(store);
        Assert.False(coverage.IsFinal(_start)); // nobody has looked yet
        Assert.True(coverage.IsFinal(HoursAgo(50)));
        await RunAsync(store);
        Assert.True(coverage.IsFinal(_start));
        Assert.False(coverage.IsFinal(HoursAgo(0)));

        await store.WriteAsync(Counter("requests"), (_start, 1));
        await store.FlushAsync();
        Assert.False(coverage.IsFinal(_start));
        Assert.True(coverage.IsFinal(_start + Hour));
        await RunAsync(store);
        Assert.True(coverage.IsFinal(_start));
    }

    /// <summary>Metrics of every habit, each with what it is at a second of the hour.</summary>
    private static readonly Dictionary<string, (MetricKind Kind, Func<Random, double, double> Next)> Kinds = new()
    {
        ["counter"] = (MetricKind.Counter, (random, value) => random.Next(900) == 0 ? random.Next(5) : value + random.Next(100)),
        ["percent"] = (MetricKind.Gauge, (random, value) => Math.Round(Math.Clamp(value + random.NextDouble() - 0.5, -50, 100), 2)),
        ["rare"] = (MetricKind.Unknown, (random, value) => random.Next(100) == 0 ? random.Next(16) : value),
        ["wild"] = (MetricKind.Gauge, (random, _) => random.Next(50) == 0 ? double.NaN : random.Next(50) == 0 ? -0.0 : (random.NextDouble() - 0.5) * Math.Pow(10, random.Next(-300, 300))),
        ["float.counter"] = (MetricKind.Counter, (random, value) => value + random.NextDouble()),
        ["shares"] = (MetricKind.Gauge, (random, _) => random.Next(9) / (197.0 + random.Next(2))),
        ["shares.below.zero"] = (MetricKind.Gauge, (random, _) => -random.Next(1, 9) / 197.0),
        ["slow.float.counter"] = (MetricKind.Counter, (random, value) => random.Next(100) == 0 ? value + 0.1234567890123456789 : value),
        ["ended"] = (MetricKind.Gauge, (_, _) => double.NaN),
        ["extreme"] = (MetricKind.Gauge, (random, _) => random.Next(3) switch { 0 => double.PositiveInfinity, 1 => double.Epsilon, _ => -double.MaxValue }),
    };

    private static long HoursAgo(int hours)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return now - (now % Hour) - (hours * Hour);
    }

    private static SeriesDescriptor Counter(string metric) => SeriesDescriptor.Of(metric, LabelSet.Of(("host.name", "web-1")), MetricKind.Counter, "1");

    private static RollupCoverage Coverage(StoreHost store) => store.Services.GetRequiredService<RollupCoverage>();

    private static Task<long> RunAsync(StoreHost store) => store.Services.GetRequiredService<CompactionWork>().RunAsync(CancellationToken.None);

    private static async Task FillAsync(StoreHost store, long hour, int flushes)
    {
        var random = new Random((int)(hour / Hour));
        var values = Kinds.ToDictionary(k => k.Key, _ => 50.0);
        for (var flush = 0; flush < flushes; flush++)
        {
            var series = new List<(int, SeriesDescriptor?, IReadOnlyList<(long, double)>)>();
            foreach (var (metric, (kind, next)) in Kinds)
            {
                var samples = new List<(long, double)>();
                for (long time = flush * (Hour / flushes); time < (flush + 1) * (Hour / flushes); time += 7000)
                {
                    if (time is > 600_000 and < 1_500_000) continue; // a gap of a quarter of an hour
                    samples.Add((hour + time, values[metric] = next(random, double.IsNaN(values[metric]) ? 0 : values[metric])));
                }

                series.Add((0, SeriesDescriptor.Of(metric, LabelSet.Of(("host.name", "web-1")), kind, "1"), samples));
            }

            await store.Sink.WriteAsync([SampleBatch.Of(Guid.Empty, store.NextStamp(), 0, [.. series.Where(s => s.Item3.Count > 0)])], CancellationToken.None);
            await store.FlushAsync();
        }
    }

    private static async Task<List<RollupColumns>> ReadAsync(StoreHost store, RollupTier tier, string metric)
    {
        var ids = store.Services.GetRequiredService<SeriesRegistry>().Select(Contracts.Queries.SeriesSelector.Of(metric)).Select(s => s.Id).ToArray();
        var rows = new List<RollupColumns>();
        await foreach (var row in store.Services.GetRequiredService<RollupReader>().ReadAsync(tier, ids, HoursAgo(72), HoursAgo(0), CancellationToken.None)) rows.Add(Copy(row));
        return rows;
    }

    private static RollupColumns Copy(RollupColumns row)
    {
        var copy = new RollupColumns(row.Tier) { SeriesId = row.SeriesId, Start = row.Start };
        row.Count.CopyTo(copy.Count);
        row.Sum.CopyTo(copy.Sum);
        row.Min.CopyTo(copy.Min);
        row.Max.CopyTo(copy.Max);
        row.First.CopyTo(copy.First);
        row.Last.CopyTo(copy.Last);
        row.Increase.CopyTo(copy.Increase);
        return copy;
    }

    /// <summary>What the reader gives against what the calculator says of the raw samples that a query gives.</summary>
    private static async Task AssertRollupsAsync(StoreHost store, string metric, params long[] hours)
    {
        var rows = await ReadAsync(store, RollupTier.Minute, metric);
        Assert.Equal(hours, rows.Select(r => r.Start));
        var days = (await ReadAsync(store, RollupTier.Hour, metric)).ToDictionary(d => d.Start);
        var (calculator, expected, before, beforeSlot) = (new RollupCalculator(), new RollupColumns(), double.NaN, 0);
        foreach (var row in rows)
        {
            var raw = await store.RawAsync(metric, row.Start, row.Start + Hour);
            expected.Start = row.Start;
            calculator.Calculate(expected, Kinds[metric].Kind, [.. raw.Select(s => s.Time)], [.. raw.Select(s => s.Value)], before, beforeSlot);
            (before, beforeSlot) = expected.LastSlot < 0 ? (double.NaN, 0) : (expected.Last[expected.LastSlot], expected.LastSlot);
            Assert.Equal(Text(expected), Text(row));
            var day = days[RollupTier.Hour.RowStart(row.Start)];
            var folded = Copy(day);
            RollupFold.Into(folded, expected);
            if (!day.Increase.ContainsAnyExcept(double.NaN)) folded.Increase.Fill(double.NaN);
            Assert.Equal(Text(folded), Text(day));
        }
    }

    private static async Task AssertViewAsync(StoreHost store, string connection, RollupTier tier, string metric)
    {
        var expected = new List<string>();
        foreach (var row in await ReadAsync(store, tier, metric)) expected.AddRange(Text(row));
        Assert.Equal(metric == "ended", expected.Count == 0);

        var view = tier == RollupTier.Minute ? "samples_1m" : "samples_1h";
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand($"SELECT time, count, sum, min, max, first, last, increase FROM metrics.{view} WHERE metric = $1 ORDER BY series_id, time");
        command.Parameters.Add(new() { Value = metric });
        var actual = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync())
        {
            actual.Add(Line(reader.GetDateTime(0).Subtract(DateTime.UnixEpoch).Ticks / 10_000, reader.GetInt64(1), [.. Enumerable.Range(2, 6).Select(i => reader.IsDBNull(i) ? double.NaN : reader.GetDouble(i))]));
        }

        Assert.Equal(expected, actual);
    }

    private static List<string> Text(RollupColumns row)
    {
        var lines = new List<string>();
        for (var i = 0; i < row.Slots; i++)
        {
            if (row.Count[i] > 0) lines.Add(Line(row.Start + (i * row.SlotLength), row.Count[i], row.Sum[i], row.Min[i], row.Max[i], row.First[i], row.Last[i], row.Increase[i]));
        }

        return lines;
    }

    /// <summary>Bit for bit: the shortest text that gives the same double.</summary>
    private static string Line(long time, long count, params double[] values) =>
        string.Create(CultureInfo.InvariantCulture, $"{time} {count} ") + string.Join(' ', values.Select(v => v.ToString("R", CultureInfo.InvariantCulture)));

    private static async Task<string[]> RowsAsync(string connection)
    {
        await using var source = NpgsqlDataSource.Create(connection);
        await using var command = source.CreateCommand("SELECT m.start_time::text || ' ' || m.series_id || ' ' || m.data::text || ' ' || h.data::text FROM metrics.rollup_1m m JOIN metrics.rollup_1h h ON h.series_id = m.series_id AND date_trunc('day', m.start_time, 'UTC') = h.start_time ORDER BY 1");
        var rows = new List<string>();
        await using var reader = await command.ExecuteReaderAsync();
        while (await reader.ReadAsync()) rows.Add(reader.GetString(0));
        return [.. rows];
    }
}

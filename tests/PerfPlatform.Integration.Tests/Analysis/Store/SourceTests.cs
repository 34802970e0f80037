using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PerfPlatform.Analysis.Store.Compaction;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>What a query reads: raw samples or roll-ups; buckets for percentiles; and nothing more once its client has gone.</summary>
public sealed class SourceTests(ServersFixture servers)
{
    private const long Hour = 3_600_000;
    private static readonly (string, string)[] Settings =
        [("Analysis:Store:CompactionInterval", "01:00:00"), ("Analysis:Store:CompactionLateness", "00:00:00"), ("Analysis:Store:RecentBytes", "0")];

    private readonly long _start = HourAgo(3);

    [Theory]
    [InlineData("1m", Aggregation.Avg)]
    [InlineData("10m", Aggregation.Max)]
    [InlineData("1h", Aggregation.Count)]
    [InlineData("1h", Aggregation.Last)]
    public async Task Query_OfFinalHours_AnswersTheSameFromRollups(string step, Aggregation aggregation)
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, Settings);
        for (var host = 0; host < 3; host++) await store.WriteAsync("load", $"web-{host}", [.. Enumerable.Range(0, 700).Select(i => (_start + (i * 10_000L), ((i * 7) + host) % 100 / 4.0))]);
        await store.FlushAsync();
        var query = new RangeQuery
        {
            Selector = SeriesSelector.Of("load"),
            From = DateTimeOffset.FromUnixTimeMilliseconds(_start + 12_345), // in the middle of a slot
            To = DateTimeOffset.FromUnixTimeMilliseconds(_start + (2 * Hour) - 23_456),
            Step = DurationText.Parse(step),
            Aggregation = aggregation,
        };
        var raw = await store.Queries.QueryAsync(query, CancellationToken.None);

        await store.Services.GetRequiredService<CompactionWork>().RunAsync(CancellationToken.None);
        AssertSame(raw, await store.Queries.QueryAsync(query, CancellationToken.None));

        // A late sample that is not written yet is seen at once, though the roll-ups do not know it.
        await store.WriteAsync("load", "web-1", (_start + 3_001_000, 1000));
        var late = await store.Queries.QueryAsync(query with { Aggregation = Aggregation.Max, Reduction = Reduction.Max }, CancellationToken.None);
        Assert.Equal(1000, Assert.Single(late.Series).Values.Max());
        await store.FlushAsync();
        await store.Services.GetRequiredService<CompactionWork>().RunAsync(CancellationToken.None);

        // Without its segments whole slots are still told: they come from the roll-ups.
        await ExecuteAsync(database.ConnectionString, "DELETE FROM metrics.segment");
        var rolled = await store.Queries.QueryAsync(
            query with { From = DateTimeOffset.FromUnixTimeMilliseconds(_start), To = DateTimeOffset.FromUnixTimeMilliseconds(_start + (2 * Hour)), Aggregation = Aggregation.Count, Reduction = Reduction.Sum },
            CancellationToken.None);
        Assert.Equal((3 * 700) + 1, Assert.Single(rolled.Series).Values.Sum());
    }

    [Fact]
    public async Task Query_PercentileOfAHistogram_ComesFromItsBuckets()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        using var http = store.Client();
        foreach (var (le, count) in new[] { ("0.1", 5), ("0.2", 7), ("+Inf", 12) })
            await store.WriteAsync(SeriesDescriptor.Of("latency_bucket", LabelSet.Of(("host.name", "web-1"), ("le", le)), MetricKind.Counter), (_start, 100), (_start + 10_000, 100 + count));

        foreach (var metric in new[] { "latency", "latency_bucket" })
        {
            var answer = JsonDocument.Parse(await http.GetStringAsync(new Uri($"/api/v1/query?metric={metric}&from={_start + 5000}&to={_start + 15_000}&step=15s&agg=p50&by=host.name", UriKind.Relative)));
            var line = Assert.Single(answer.RootElement.GetProperty("series").EnumerateArray());
            Assert.Equal("""{"host.name":"web-1"}""", line.GetProperty("labels").GetRawText());
            Assert.Equal(0.15, Assert.Single(line.GetProperty("values").EnumerateArray(), v => v.ValueKind == JsonValueKind.Number).GetDouble(), 9);
        }
    }

    // Host a answered 100 requests within 0.1 s and host b 100 within 1 to 10 s; of all 200 half are within 0.1 s. As gauges, 60 and 41 %.
    [Theory]
    [InlineData("latency", "p50&by=", 0.1, "s")]
    [InlineData("latency", "p50&by=&reduce=sum", 0.1, "s")]
    [InlineData("latency_bucket", "p50&by=&reduce=max", 5.5, "s")]
    [InlineData("latency", "p50&by=&reduce=min", 0.05, "s")]
    [InlineData("latency", "p50&by=&reduce=avg", 2.775, "s")]
    [InlineData("busy", "p99&by=", 60.0, "%")]
    [InlineData("busy", "p99&by=&reduce=avg", 50.5, "%")]
    [InlineData("busy", "count&by=", 2.0, "1")]
    [InlineData("busy", "p99&by=&reduce=sum", null, "write reduce=max, min or avg")]
    [InlineData("latency", "p99&fn=rate", null, "leave 'fn' out")]
    public async Task Query_PercentilesOfTwoHosts_MeanSomethingTogether(string metric, string question, double? expected, string text)
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        using var http = store.Client();
        foreach (var (host, le, count) in new[] { ("a", "0.1", 100), ("a", "1", 100), ("a", "10", 100), ("a", "+Inf", 100), ("b", "0.1", 0), ("b", "1", 0), ("b", "10", 100), ("b", "+Inf", 100) })
            await store.WriteAsync(SeriesDescriptor.Of("latency_bucket", LabelSet.Of(("host.name", host), ("le", le)), MetricKind.Counter), (_start, 7), (_start + 10_000, 7 + count));
        await store.WriteAsync(SeriesDescriptor.Of("latency_sum", LabelSet.Empty, MetricKind.Counter, "s"), (_start, 1));
        foreach (var (host, share) in new[] { ("a", 60), ("b", 41) })
            await store.WriteAsync(SeriesDescriptor.Of("busy", LabelSet.Of(("host.name", host)), MetricKind.Gauge, "%"), (_start + 10_000, share));

        using var response = await http.GetAsync(new Uri($"/api/v1/query?metric={metric}&from={_start + 5000}&to={_start + 15_000}&step=15s&agg={question}", UriKind.Relative));
        var answer = JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement;

        if (expected is not { } value)
        {
            Assert.Equal(System.Net.HttpStatusCode.BadRequest, response.StatusCode);
            Assert.Contains(text, answer.GetProperty("detail").GetString(), StringComparison.Ordinal);
            return;
        }

        var line = Assert.Single(answer.GetProperty("series").EnumerateArray());
        Assert.Equal(value, Assert.Single(line.GetProperty("values").EnumerateArray(), v => v.ValueKind == JsonValueKind.Number).GetDouble(), 9);
        Assert.Equal((text, "gauge"), (answer.GetProperty("unit").GetString(), answer.GetProperty("kind").GetString()));
    }

    [Fact]
    public async Task Query_WhoseClientHasGone_StopsItsStatement()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, Settings);
        using var http = store.Client();
        await store.WriteAsync("load", "web-1", (_start, 1));
        await store.FlushAsync();
        await using var blocker = new NpgsqlConnection(database.ConnectionString);
        await blocker.OpenAsync();
        await using var transaction = await blocker.BeginTransactionAsync();
        await new NpgsqlCommand("LOCK TABLE metrics.segment IN ACCESS EXCLUSIVE MODE", blocker).ExecuteNonQueryAsync();

        using var gone = new CancellationTokenSource();
        var asked = http.GetAsync(new Uri($"/api/v1/query?metric=load&from={_start}&to={_start + 10_000}", UriKind.Relative), gone.Token);
        await Wait.ForAsync("the query waits for the table", async () => await WaitingAsync(database.ConnectionString) == 1);
        await gone.CancelAsync();

        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => asked);
        await Wait.ForAsync("the statement has ended", async () => await WaitingAsync(database.ConnectionString) == 0);
    }

    private static void AssertSame(RangeResult expected, RangeResult actual)
    {
        Assert.Equal(expected.Series.Select(s => s.Labels), actual.Series.Select(s => s.Labels));
        foreach (var (before, after) in expected.Series.Zip(actual.Series))
        {
            Assert.Equal(before.Times, after.Times);
            Assert.Equal(before.Values.Select(v => v is { } x ? Math.Round(x, 9) : (double?)null), after.Values.Select(v => v is { } x ? Math.Round(x, 9) : (double?)null));
        }
    }

    /// <summary>How many statements that read segments wait for a lock.</summary>
    private static async Task<long> WaitingAsync(string connectionString)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(
            "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock' AND query LIKE '%series_id = ANY%' AND pid <> pg_backend_pid()");
        return (long)(await command.ExecuteScalarAsync())!;
    }

    private static async Task ExecuteAsync(string connectionString, string sql)
    {
        await using var source = NpgsqlDataSource.Create(connectionString);
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync();
    }

    private static long HourAgo(int hours)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        return now - (now % Hour) - (hours * Hour);
    }
}

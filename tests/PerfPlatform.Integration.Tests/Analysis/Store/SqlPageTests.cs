using System.Globalization;
using System.Text.RegularExpressions;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PerfPlatform.Analysis.Store.Compaction;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>Runs every statement of docs/sql.md, so that the page says what works.</summary>
public sealed partial class SqlPageTests(ServersFixture servers)
{
    private const long Minute = 60_000;

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Page_EveryStatement_RunsAndThoseThatAskGiveRows(bool timescale)
    {
        await using var database = await servers.DatabaseAsync();
        var connection = timescale ? database.ConnectionString : await RetentionTests.WithoutTimescaleAsync(database.ConnectionString);
        await using var store = await StoreHost.StartAsync(connection, ("Analysis:Store:CompactionInterval", "01:00:00"), ("Analysis:Store:CompactionLateness", "00:00:00"));
        await FillAsync(store);

        // As the product's own role, which made the tables; a role belongs to the whole server, so nothing of it is committed.
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var open = await source.OpenConnectionAsync();
        await using var transaction = await open.BeginTransactionAsync();
        var statements = Statements();
        Assert.InRange(statements.Count, 10, 100);
        var answers = 0;
        foreach (var sql in statements)
        {
            await using var command = new NpgsqlCommand(WithoutMacros(sql), open);
            await using (var reader = await command.ExecuteReaderAsync())
            {
                Assert.True(!IsQuestion(sql) || await reader.ReadAsync(), $"No row of: {sql}");
                answers += IsQuestion(sql) ? 1 : 0;
            }

            // From here on with the rights that the page gives.
            if (!sql.Contains("CREATE ROLE", StringComparison.Ordinal)) continue;
            await using var role = new NpgsqlCommand("SET ROLE perfplatform_reader; SET default_transaction_read_only = on", open);
            await role.ExecuteNonQueryAsync();
        }

        Assert.Equal(statements.Count - 1, answers);
        await using var forbidden = new NpgsqlCommand("DELETE FROM metrics.series", open);
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, (await Assert.ThrowsAsync<PostgresException>(() => forbidden.ExecuteNonQueryAsync())).SqlState);
    }

    [Fact]
    public async Task Page_Percentile_IsWhatTheBucketsSay()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, ("Analysis:Store:CompactionInterval", "01:00:00"), ("Analysis:Store:CompactionLateness", "00:00:00"));
        await FillAsync(store);
        await using var source = NpgsqlDataSource.Create(database.ConnectionString);
        await using var command = source.CreateCommand(Statements().Single(s => s.Contains("p95", StringComparison.Ordinal)));
        await using var reader = await command.ExecuteReaderAsync();
        var rows = 0;
        while (await reader.ReadAsync())
        {
            // Of 100 requests a minute 80 take up to 0.1 s and 96 up to 0.5 s: the 95th is at 15/16 of the way between.
            Assert.Equal(0.1 + (0.4 * 15 / 16), reader.GetDouble(1), 9);
            rows++;
        }

        Assert.True(rows > 10);
    }

    private static bool IsQuestion(string sql) => sql.StartsWith("SELECT", StringComparison.Ordinal) || sql.StartsWith("WITH", StringComparison.Ordinal);

    private static List<string> Statements()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (folder is not null && !File.Exists(Path.Combine(folder.FullName, "PerfPlatform.sln"))) folder = folder.Parent;
        var page = File.ReadAllText(Path.Combine(folder!.FullName, "docs", "sql.md"));
        return [.. Block.Matches(page).Select(m => m.Groups[1].Value.Trim())];
    }

    /// <summary>What Grafana makes of its macros for the last day.</summary>
    private static string WithoutMacros(string sql)
    {
        var now = TimeProvider.System.GetUtcNow();
        var (from, to) = (now.AddDays(-1).ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture), now.ToString("yyyy-MM-ddTHH:mm:ssZ", CultureInfo.InvariantCulture));
        return sql
            .Replace("$__timeFilter(time)", $"time BETWEEN '{from}' AND '{to}'", StringComparison.Ordinal)
            .Replace("$__timeGroupAlias(time, $__interval)", "floor(extract(epoch from time)/3600)*3600 AS \"time\"", StringComparison.Ordinal)
            .Replace("$__timeFrom()", $"'{from}'", StringComparison.Ordinal)
            .Replace("$__timeTo()", $"'{to}'", StringComparison.Ordinal);
    }

    /// <summary>Five hours up to now of what the page asks for: two hosts, and a series that has ended.</summary>
    private static async Task FillAsync(StoreHost store)
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var start = (now / Minute * Minute) - (5 * 60 * Minute);
        var series = new List<(int, SeriesDescriptor?, IReadOnlyList<(long, double)>)>();
        foreach (var host in (string[])["web-1", "web-2"])
        {
            Add("system.memory.utilization", MetricKind.Gauge, i => 0.5 + (i % 7 / 100.0), ("host.name", host));
            Add("system.network.io", MetricKind.Counter, i => i * 60_000.0, ("host.name", host), ("network.io.direction", "receive"));
            foreach (var (le, below) in ((string, int)[])[("0.1", 80), ("0.5", 96), ("1", 99), ("+Inf", 100)])
                Add("http.server.request.duration_bucket", MetricKind.Counter, i => i * below, ("host.name", host), ("le", le));
        }

        await store.Sink.WriteAsync([SampleBatch.Of(Guid.Empty, store.NextStamp(), 0, [.. series])], CancellationToken.None);
        await store.FlushAsync();
        await store.Services.GetRequiredService<CompactionWork>().RunAsync(CancellationToken.None);
        await using var data = store.Services.GetRequiredService<NpgsqlDataSource>().CreateCommand("UPDATE metrics.series SET last_seen = now() - interval '2 hours' WHERE metric = 'system.network.io'");
        await data.ExecuteNonQueryAsync();

        void Add(string metric, MetricKind kind, Func<int, double> value, params (string, string)[] labels) =>
            series.Add((0, SeriesDescriptor.Of(metric, LabelSet.Of(labels), kind, "1"), [.. Enumerable.Range(0, 300).Select(i => (start + (i * Minute), value(i)))]));
    }

    [GeneratedRegex("```sql\n(.*?)```", RegexOptions.Singleline)]
    private static partial Regex Block { get; }
}

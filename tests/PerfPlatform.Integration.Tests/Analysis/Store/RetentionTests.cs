using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PerfPlatform.Analysis.Store.Retention;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>Retention, with TimescaleDB and on a database that has no such extension.</summary>
public sealed class RetentionTests(ServersFixture servers)
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Retention_OldSamples_GoWithTheirSeriesAndNewOnesStay(bool timescale)
    {
        await using var database = await servers.DatabaseAsync();
        var connection = timescale ? database.ConnectionString : await WithoutTimescaleAsync(database.ConnectionString);
        await using var store = await StoreHost.StartAsync(connection, ("Analysis:Store:Rollup1mRetention", "01:00:00"), ("Analysis:Store:Rollup1hRetention", "01:00:00")); // so that raw samples decide
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        var old = now - (long)TimeSpan.FromDays(4).TotalMilliseconds;
        await store.WriteAsync("queue.size", "old", (old, 1));
        await store.WriteAsync("queue.size", "both", (old, 1), (now, 2));
        await store.FlushAsync();

        // Registered as long ago as the samples say.
        await DurabilityTests.ScalarAsync(database.ConnectionString, "UPDATE metrics.series SET first_seen = now() - interval '4 days', last_seen = now() - interval '4 days'; SELECT 1");
        var dropped = await store.Services.GetRequiredService<RetentionJob>().RunAsync(CancellationToken.None);

        Assert.Equal(1, dropped);
        var left = Assert.Single((await store.Queries.SeriesAsync(SeriesSelector.Of("queue.size"), 100, null, CancellationToken.None)).Items);
        Assert.Equal("both", left.Labels["host.name"]);
        Assert.Equal([(now, 2)], await store.RawAsync("queue.size", old - 1000, now + 1000));
        await store.WriteAsync("queue.size", "old", (now, 3));
        var again = (await store.Queries.SeriesAsync(SeriesSelector.Of("queue.size", "host.name=old"), 100, null, CancellationToken.None)).Items;
        Assert.True(Assert.Single(again).Id > 2, "An id was given twice.");
        Assert.Equal(timescale, await DurabilityTests.ScalarAsync(database.ConnectionString, "SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'") is not null);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Retention_OfEachTier_KeepsWhatItSaysAndSeriesWhileAnyTierHasThem(bool timescale)
    {
        await using var database = await servers.DatabaseAsync();
        var connection = timescale ? database.ConnectionString : await WithoutTimescaleAsync(database.ConnectionString);
        await using var store = await StoreHost.StartAsync(connection);
        var now = TimeProvider.System.GetUtcNow();
        var old = now.AddDays(-4).ToUnixTimeMilliseconds();
        foreach (var host in (string[])["gone", "kept"]) await store.WriteAsync("queue.size", host, (old, 1));
        await store.FlushAsync();

        // As if these hours and days had been rolled up when they were over.
        await DurabilityTests.ScalarAsync(database.ConnectionString, """
            UPDATE metrics.series SET first_seen = now() - interval '450 days', last_seen = now() - (CASE labels->>'host.name' WHEN 'gone' THEN 420 ELSE 29 END) * interval '1 day';
            INSERT INTO metrics.rollup_1m SELECT date_trunc('hour', now()) - d * interval '1 day', id, '\x01000000'::bytea FROM metrics.series, unnest('{29,33}'::int[]) d WHERE labels->>'host.name' = 'kept';
            INSERT INTO metrics.rollup_1h SELECT date_trunc('day', now()) - d * interval '1 day', id, '\x01000000'::bytea FROM metrics.series, unnest('{29,398,420}'::int[]) d WHERE labels->>'host.name' = 'kept';
            INSERT INTO metrics.rollup_1h SELECT date_trunc('day', now()) - 420 * interval '1 day', id, '\x01000000'::bytea FROM metrics.series WHERE labels->>'host.name' = 'gone';
            SELECT 1
            """);

        Assert.Equal(1, await store.Services.GetRequiredService<RetentionJob>().RunAsync(CancellationToken.None));

        Assert.Equal(0L, await DurabilityTests.ScalarAsync(database.ConnectionString, "SELECT count(*) FROM metrics.segment"));
        Assert.Equal("{29}", await DaysAsync(database.ConnectionString, "rollup_1m"));
        Assert.Equal("{398,29}", await DaysAsync(database.ConnectionString, "rollup_1h"));
        var left = (await store.Queries.SeriesAsync(SeriesSelector.Of("queue.size"), 100, null, CancellationToken.None)).Items;
        Assert.Equal("kept", Assert.Single(left).Labels["host.name"]);
        Assert.Empty((await store.Queries.LatestAsync(SeriesSelector.Of("queue.size"), 100, null, CancellationToken.None)).Items);
    }

    [Fact]
    public async Task Retention_WhileTheOldestIsRead_HoldsNobodyUpAndComesAgain()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        await store.WriteAsync("queue.size", "old", (TimeProvider.System.GetUtcNow().AddDays(-4).ToUnixTimeMilliseconds(), 1));
        await store.FlushAsync();
        var retention = store.Services.GetRequiredService<RetentionJob>();
        await using (var reader = new NpgsqlConnection(database.ConnectionString))
        {
            // As a backup does: what a transaction has read is locked until its end.
            await reader.OpenAsync(TestContext.Current.CancellationToken);
            await using var transaction = await reader.BeginTransactionAsync(TestContext.Current.CancellationToken);
            await using var command = new NpgsqlCommand("SELECT count(*) FROM metrics.segment", reader, transaction);
            await command.ExecuteScalarAsync(TestContext.Current.CancellationToken);
            Assert.Null(await retention.RunAsync(Wait.Limit));
        }

        Assert.NotNull(await retention.RunAsync(Wait.Limit));
        Assert.Equal(0L, await DurabilityTests.ScalarAsync(database.ConnectionString, "SELECT count(*) FROM metrics.segment"));
    }

    private static async Task<string> DaysAsync(string connection, string table) =>
        (string)(await DurabilityTests.ScalarAsync(connection, $"SELECT array_agg(extract(day FROM now() - start_time)::int ORDER BY start_time)::text FROM metrics.{table}"))!;

    /// <summary>A database without the extension and a user who may not create it, as on a plain server.</summary>
    internal static async Task<string> WithoutTimescaleAsync(string connectionString)
    {
        await DurabilityTests.ScalarAsync(connectionString, """
            DROP EXTENSION timescaledb CASCADE;
            DO $$ BEGIN CREATE ROLE plain LOGIN PASSWORD 'plain'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            CREATE SCHEMA metrics AUTHORIZATION plain
            """);
        return new NpgsqlConnectionStringBuilder(connectionString) { Username = "plain", Password = "plain" }.ConnectionString;
    }
}

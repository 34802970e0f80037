using Microsoft.Extensions.DependencyInjection;
using Npgsql;
using PerfPlatform.Analysis.Store.Retention;
using PerfPlatform.Contracts.Queries;
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
        await using var store = await StoreHost.StartAsync(connection);
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

    /// <summary>A database without the extension and a user who may not create it, as on a plain server.</summary>
    private static async Task<string> WithoutTimescaleAsync(string connectionString)
    {
        await DurabilityTests.ScalarAsync(connectionString, """
            DROP EXTENSION timescaledb CASCADE;
            DO $$ BEGIN CREATE ROLE plain LOGIN PASSWORD 'plain'; EXCEPTION WHEN duplicate_object THEN NULL; END $$;
            CREATE SCHEMA metrics AUTHORIZATION plain
            """);
        return new NpgsqlConnectionStringBuilder(connectionString) { Username = "plain", Password = "plain" }.ConnectionString;
    }
}

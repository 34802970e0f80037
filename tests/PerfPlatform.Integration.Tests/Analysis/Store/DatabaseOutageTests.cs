using System.Diagnostics;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>The database goes away and comes back: senders hear of it quickly, and nothing acknowledged is lost.</summary>
public sealed class DatabaseOutageTests
{
    private const long Start = 1_790_000_000_000;

    [Fact]
    public async Task Database_DiskFull_SendersAndHealthHearItByName()
    {
        await using var server = new PostgresFixture(durable: true);
        await server.StartAsync();
        await using var database = await server.CreateDatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        // What PostgreSQL says when a table cannot grow.
        await database.ExecuteAsync("""
            CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left on device' USING ERRCODE = '53100'; END $$;
            CREATE TRIGGER full_disk BEFORE INSERT ON metrics.inbox FOR EACH ROW EXECUTE FUNCTION full_disk();
            """);
        var refused = await Assert.ThrowsAsync<SinkUnavailableException>(() => store.WriteAsync("queue.size", "web-1", (Start, 1)));
        Assert.Equal("The disk of PostgreSQL is full.", refused.Message);
        Assert.Equal("Samples are refused: The disk of PostgreSQL is full.", (await StoreAsync()).Description);

        await database.ExecuteAsync("DROP TRIGGER full_disk ON metrics.inbox");
        await store.WriteAsync("queue.size", "web-1", (Start, 1));
        await Wait.ForAsync("it is healthy", async () => (await StoreAsync()).Status == HealthStatus.Healthy);

        async Task<HealthReportEntry> StoreAsync() =>
            (await store.Services.GetRequiredService<HealthCheckService>().CheckHealthAsync(check => check.Name == "store", TestContext.Current.CancellationToken)).Entries["store"];
    }

    [Fact]
    public async Task Database_StoppedAndStarted_WritesFailFastThenGoOnAndEverythingIsThere()
    {
        await using var server = new PostgresFixture(durable: true);
        await server.StartAsync();
        await using var database = await server.CreateDatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, ("Analysis:Store:FlushInterval", "00:00:00.200"));
        using var http = store.Client();
        await store.WriteAsync("queue.size", "web-1", (Start, 1));

        await server.StopAsync();
        var watch = Stopwatch.StartNew();
        await Assert.ThrowsAsync<SinkUnavailableException>(() => store.WriteAsync("queue.size", "web-1", (Start + 1000, 2)));
        Assert.True(watch.Elapsed < TimeSpan.FromSeconds(7), $"It took {watch.Elapsed}.");
        Assert.Equal("Degraded", (await (await http.GetAsync(new Uri("/health", UriKind.Relative))).Content.ReadAsStringAsync()).Contains("Degraded", StringComparison.Ordinal) ? "Degraded" : "other");

        await server.ResumeAsync();
        await Wait.ForAsync("samples are taken again", async () =>
        {
            try
            {
                await store.WriteAsync("queue.size", "web-1", (Start + 2000, 3));
                return true;
            }
            catch (SinkUnavailableException)
            {
                return false;
            }
        }, TimeSpan.FromSeconds(60));
        var samples = await store.RawAsync("queue.size", Start, Start + 10_000);
        Assert.Equal((Start, 1), samples[0]);
        Assert.Equal((Start + 2000, 3), samples[^1]);
        await Wait.ForAsync("everything is in segments", async () => (long)(await DurabilityTests.ScalarAsync(database.ConnectionString, "SELECT count(*) FROM metrics.inbox"))! == 0, TimeSpan.FromSeconds(60));
        Assert.Equal(samples, await store.RawAsync("queue.size", Start, Start + 10_000));
    }
}

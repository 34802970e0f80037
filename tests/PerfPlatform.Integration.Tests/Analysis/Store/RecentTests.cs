using Npgsql;
using PerfPlatform.Contracts.Queries;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>What was written last is answered from memory, and never instead of what only the database has.</summary>
public sealed class RecentTests(ServersFixture servers)
{
    private static readonly long Start = TimeProvider.System.GetUtcNow().AddHours(-2).ToUnixTimeMilliseconds();

    [Fact]
    public async Task Query_OfWhatThisProcessWrote_DoesNotReadTheDatabase()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        await store.WriteAsync("load", "web-1", (Start, 1), (Start + 1000, 2));
        await store.FlushAsync();
        await EmptyAsync(database.ConnectionString); // who reads it now finds nothing

        Assert.Equal([(Start, 1), (Start + 1000, 2)], await store.RawAsync("load", Start, Start + 10_000));
    }

    [Fact]
    public async Task Query_WithoutMemoryForIt_ReadsTheDatabase()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString, ("Analysis:Store:RecentBytes", "0"));
        await store.WriteAsync("load", "web-1", (Start, 1), (Start + 1000, 2));
        await store.FlushAsync();

        Assert.Equal([(Start, 1), (Start + 1000, 2)], await store.RawAsync("load", Start, Start + 10_000));
        await EmptyAsync(database.ConnectionString);
        Assert.Empty(await store.RawAsync("load", Start, Start + 10_000));
    }

    [Fact]
    public async Task Query_AfterARestart_JoinsTheDatabaseMemoryAndTheHead()
    {
        await using var database = await servers.DatabaseAsync();
        await using (var before = await StoreHost.StartAsync(database.ConnectionString, ("Analysis:Store:Partitions", "3")))
        {
            for (var host = 0; host < 6; host++) await before.WriteAsync("load", $"web-{host}", (Start, host), (Start + 10_000, host), (Start + 20_000, host));
        }

        await using var store = await StoreHost.StartAsync(database.ConnectionString, ("Analysis:Store:Partitions", "3"));
        for (var host = 0; host < 6; host++) await store.WriteAsync("load", $"web-{host}", (Start + 10_000, 100 + host), (Start + 30_000, host));
        await store.FlushAsync();
        for (var host = 0; host < 6; host++) await store.WriteAsync("load", $"web-{host}", (Start + 30_000, 200 + host), (Start + 40_000, host));

        for (var host = 0; host < 6; host++)
        {
            var answer = await store.Queries.QueryAsync(
                new RangeQuery { Selector = SeriesSelector.Of("load", $"host.name=web-{host}"), From = DateTimeOffset.FromUnixTimeMilliseconds(Start), To = DateTimeOffset.FromUnixTimeMilliseconds(Start + 60_000) },
                CancellationToken.None);
            Assert.Equal([host, 100 + host, host, 200 + host, host], Assert.Single(answer.Series).Values);
        }
    }

    private static async Task EmptyAsync(string connectionString)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync();
        await using var command = new NpgsqlCommand("DELETE FROM metrics.segment", connection);
        await command.ExecuteNonQueryAsync();
    }
}

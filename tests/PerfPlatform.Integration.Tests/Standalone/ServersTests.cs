using Npgsql;
using StackExchange.Redis;
using Xunit;

namespace PerfPlatform.Integration.Tests.Standalone;

/// <summary>The embedded servers themselves: what every other test stands on.</summary>
public sealed class ServersTests(ServersFixture servers)
{
    [Fact]
    public async Task Database_Fresh_HasTimescaleAndIsApartFromOthers()
    {
        await using var first = await servers.DatabaseAsync();
        await using var second = await servers.DatabaseAsync();
        await using var one = NpgsqlDataSource.Create(first.ConnectionString);
        await using var two = NpgsqlDataSource.Create(second.ConnectionString);

        await one.CreateCommand("CREATE TABLE reading (time timestamptz NOT NULL, value float8); SELECT create_hypertable('reading', 'time')").ExecuteNonQueryAsync();

        Assert.Equal(1L, await one.CreateCommand("SELECT count(*) FROM timescaledb_information.hypertables").ExecuteScalarAsync());
        Assert.Equal(0L, await two.CreateCommand("SELECT count(*) FROM timescaledb_information.hypertables").ExecuteScalarAsync());
    }

    [Fact]
    public async Task Redis_TwoDatabases_AreApart()
    {
        var redis = await servers.RedisAsync();
        await using var one = await ConnectionMultiplexer.ConnectAsync(redis.CreateDatabase());
        await using var two = await ConnectionMultiplexer.ConnectAsync(redis.CreateDatabase());

        await one.GetDatabase().StringSetAsync("a", "1");

        Assert.Equal("1", await one.GetDatabase().StringGetAsync("a"));
        Assert.True((await two.GetDatabase().StringGetAsync("a")).IsNull);
    }

    [Fact]
    public async Task RabbitMq_Started_AnswersManagement()
    {
        var broker = await servers.RabbitMqAsync();
        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler);
        client.DefaultRequestHeaders.Authorization = new("Basic", Convert.ToBase64String("guest:guest"u8));

        var overview = await client.GetStringAsync(new Uri(broker.ManagementApi, "overview"));

        Assert.Contains("\"rabbitmq_version\"", overview, StringComparison.Ordinal);
    }
}

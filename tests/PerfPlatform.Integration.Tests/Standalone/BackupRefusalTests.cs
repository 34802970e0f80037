using Npgsql;
using PerfPlatform.TestServers;
using StackExchange.Redis;
using Xunit;

namespace PerfPlatform.Integration.Tests.Standalone;

/// <summary>backup and restore between servers that settings name, as of the distributed form, and what they refuse.</summary>
public sealed class BackupRefusalTests(ServersFixture servers) : IAsyncLifetime
{
    private const string Secret = "c2VjcmV0IG9mIHRoZSB0ZXN0LCAzMiBieXRlcyBvZiBpdC4=";
    private const string Targets = "perfplatform:scrape:targets";

    private TestFolder _folder = null!;
    private TestDatabase _database = null!;
    private string _redis = "";

    public async ValueTask InitializeAsync()
    {
        _folder = await TestFolder.CreateAsync("backup");
        _redis = (await servers.RedisAsync()).CreateDatabase();
        _database = await servers.DatabaseAsync();
        await _database.ExecuteAsync("""
            CREATE SCHEMA metrics; CREATE TABLE metrics.reading (time timestamptz NOT NULL, value float8); SELECT create_hypertable('metrics.reading', 'time');
            INSERT INTO metrics.reading SELECT now() - n * interval '1 hour', n FROM generate_series(1, 500) n
            """);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(_redis);
        await redis.GetDatabase().HashSetAsync(Targets, "one", "{}");
    }

    public async ValueTask DisposeAsync()
    {
        await _database.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task Restore_IntoServersOfSettings_BringsAllAndRefusesWhatIsNotEmptyUnlessForced()
    {
        var backup = await RunAsync(["backup", _folder.Path], _database.ConnectionString, _redis);
        Assert.True(backup.ExitCode == 0, backup.Said);
        var file = Assert.Single(Directory.GetFiles(_folder.Path));
        Assert.EndsWith(": " + file, backup.Said, StringComparison.Ordinal);
        Assert.Equal(1, (await RunAsync(["backup", file], _database.ConnectionString, _redis)).ExitCode);

        await using var target = await servers.DatabaseAsync();
        var redis = (await servers.RedisAsync()).CreateDatabase();
        var other = await RunAsync(["restore", file], target.ConnectionString, redis, Convert.ToBase64String(new byte[32]));
        Assert.Equal((1, true), (other.ExitCode, other.Said.StartsWith("restore: PERFPLATFORM_SECRET is not that of the backup", StringComparison.Ordinal)));

        var restore = await RunAsync(["restore", file], target.ConnectionString, redis);
        Assert.True(restore.ExitCode == 0, restore.Said);
        Assert.Equal((500L, 125250.0), await ReadingsAsync(target));
        await using (var restored = await ConnectionMultiplexer.ConnectAsync(redis)) Assert.Equal("{}", await restored.GetDatabase().HashGetAsync(Targets, "one"));
        // It takes rows for chunks there are and new ones.
        await target.ExecuteAsync("INSERT INTO metrics.reading SELECT now() - n * interval '1 day', 1 FROM generate_series(1, 100) n");

        var refused = await RunAsync(["restore", file], target.ConnectionString, redis);
        Assert.Equal(1, refused.ExitCode);
        Assert.Matches("^restore: The database .* holds 1 tables: restore into an empty one, or let --force remove everything in it$", refused.Said.Split('\n')[^1]);
        var forced = await RunAsync(["restore", file, "--force"], target.ConnectionString, redis);
        Assert.True(forced.ExitCode == 0, forced.Said);
        Assert.Equal((500L, 125250.0), await ReadingsAsync(target));
    }

    [Fact]
    public async Task Restore_WhileSomebodyIsConnected_IsRefused()
    {
        var file = Path.Combine(_folder.Path, "one.backup");
        var backup = await RunAsync(["backup", file], _database.ConnectionString, _redis);
        Assert.True(backup.ExitCode == 0, backup.Said);
        await using var target = await servers.DatabaseAsync();
        await using var session = new NpgsqlConnection(target.ConnectionString);
        await session.OpenAsync(TestContext.Current.CancellationToken);
        var refused = await RunAsync(["restore", file], target.ConnectionString, _redis);
        Assert.Equal(1, refused.ExitCode);
        Assert.Contains("is in use by 1 sessions", refused.Said, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("wrong password", "password authentication failed")]
    [InlineData("no server", "cannot be opened")]
    [InlineData("no redis", "Redis does not answer")]
    public async Task Backup_ServerThatDoesNotLetIn_IsOneLineAndLeavesNothing(string what, string said)
    {
        var database = new NpgsqlConnectionStringBuilder(_database.ConnectionString);
        if (what == "wrong password") database.Password = "not it";
        if (what == "no server") (database.Host, database.Port) = ("127.0.0.1", FreePorts.One());
        var redis = what == "no redis" ? $"127.0.0.1:{FreePorts.One()},connectTimeout=500" : _redis;
        var (exit, all) = await RunAsync(["backup", _folder.Path], database.ConnectionString, redis);
        Assert.Equal(1, exit);
        Assert.Contains(said, Assert.Single(all.Split('\n'), line => !line.StartsWith("backup: 1 tables", StringComparison.Ordinal)), StringComparison.Ordinal);
        Assert.Empty(Directory.GetFiles(_folder.Path));
    }

    private static async Task<(long, double)> ReadingsAsync(TestDatabase database)
    {
        await using var connection = new NpgsqlConnection(database.ConnectionString + ";Pooling=false");
        await connection.OpenAsync(TestContext.Current.CancellationToken);
        await using var command = new NpgsqlCommand("SELECT count(*), sum(value) FROM metrics.reading", connection);
        await using var reader = await command.ExecuteReaderAsync(TestContext.Current.CancellationToken);
        await reader.ReadAsync(TestContext.Current.CancellationToken);
        return (reader.GetInt64(0), reader.IsDBNull(1) ? 0 : reader.GetDouble(1));
    }

    private static Task<(int ExitCode, string Said)> RunAsync(string[] arguments, string database, string redis, string secret = Secret) =>
        StandaloneCommand.RunAsync(arguments, ("ConnectionStrings__metrics", database), ("ConnectionStrings__redis", redis), ("PERFPLATFORM_SECRET", secret));
}

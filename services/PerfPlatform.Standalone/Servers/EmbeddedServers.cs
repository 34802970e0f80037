using PerfPlatform.Contracts;

namespace PerfPlatform.Standalone.Servers;

/// <summary>The embedded servers of this installation: each one unless a connection string names another.</summary>
public sealed class EmbeddedServers : IAsyncDisposable
{
    private EmbeddedServers(PostgresServer? postgres, RedisServer? redis)
    {
        Postgres = postgres;
        Redis = redis;
    }

    public PostgresServer? Postgres { get; }

    public RedisServer? Redis { get; }

    /// <summary>The connection strings, as configuration.</summary>
    public IEnumerable<KeyValuePair<string, string?>> Settings
    {
        get
        {
            if (Postgres is not null)
                yield return new($"ConnectionStrings:{ResourceNames.Metrics}", Postgres.ConnectionString());
            if (Redis is not null)
                yield return new($"ConnectionStrings:{ResourceNames.Redis}", Redis.ConnectionString);
        }
    }

    public static async Task<EmbeddedServers> StartAsync(IConfiguration configuration, string folder, CancellationToken cancellationToken)
    {
        var own = (string name) => string.IsNullOrEmpty(configuration.GetConnectionString(name));
        if (!own(ResourceNames.Metrics) && !own(ResourceNames.Redis))
            return new EmbeddedServers(null, null);

        var options = new ServerOptions
        {
            Programs = ServerPrograms.Find(configuration[ServerPrograms.Variable], AppContext.BaseDirectory),
            DataFolder = folder,
        };
        var servers = new EmbeddedServers(
            own(ResourceNames.Metrics) ? new PostgresServer(options) : null,
            own(ResourceNames.Redis) ? new RedisServer(options) : null);
        Console.WriteLine($"Starting the database in {folder}");
        try
        {
            await Task.WhenAll(
                servers.Postgres?.StartAsync(cancellationToken) ?? Task.CompletedTask,
                servers.Redis?.StartAsync(cancellationToken) ?? Task.CompletedTask);
            return servers;
        }
        catch
        {
            await servers.DisposeAsync();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (Redis is not null)
            await Redis.DisposeAsync();
        if (Postgres is not null)
            await Postgres.DisposeAsync();
    }
}

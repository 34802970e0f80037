using PerfPlatform.Contracts;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.Standalone.Hosting;
using PerfPlatform.Standalone.Servers;

namespace PerfPlatform.Standalone.Backups;

/// <summary>
/// What is backed up, or restored into: the database, the Redis and the secret of a data folder, or of the distributed form, whose connection strings and secret are settings.
/// </summary>
internal sealed class BackupServers : IAsyncDisposable
{
    private readonly Installation? _installation;
    private readonly EmbeddedServers? _started;

    private BackupServers(string database, string redis, string? secret, string? folder, Installation? installation = null, EmbeddedServers? started = null)
    {
        (Database, Redis, Secret, Folder) = (database, redis, secret, folder);
        (_installation, _started) = (installation, started);
    }

    /// <summary>The connection string of the database.</summary>
    public string Database { get; }

    /// <summary>The connection string of Redis.</summary>
    public string Redis { get; }

    /// <summary>The installation's secret; null where neither the data folder nor a setting tells it.</summary>
    public string? Secret { get; }

    /// <summary>The data folder that the secret is kept in, or null where settings tell everything.</summary>
    public string? Folder { get; }

    /// <summary>Servers that run are used as they are. Those of a data folder that nobody uses are started, and stopped at the end.</summary>
    public static async Task<BackupServers> OpenAsync(IConfiguration configuration, StandaloneSettings settings, CancellationToken cancellationToken)
    {
        if (NamesAll(configuration)) return OfSettings(configuration);
        var folder = await Installation.FolderAsync(settings, cancellationToken);
        if (!File.Exists(Path.Combine(folder, "format")))
        {
            throw new BackupException($"There is no PerfPlatform in {folder}: name its data folder with PERFPLATFORM_DATA, "
                + "or its servers with ConnectionStrings__metrics and ConnectionStrings__redis");
        }

        return await FindAsync(configuration, folder, cancellationToken) ?? await OpenAloneAsync(configuration, settings, cancellationToken);
    }

    /// <summary>A data folder is held, so that nothing else starts on it, and made where there is none.</summary>
    public static async Task<BackupServers> OpenAloneAsync(IConfiguration configuration, StandaloneSettings settings, CancellationToken cancellationToken)
    {
        if (NamesAll(configuration)) return OfSettings(configuration);
        var installation = await Installation.OpenAsync(settings, cancellationToken);
        try
        {
            var started = await EmbeddedServers.StartAsync(configuration, installation.Folder, cancellationToken);
            return new BackupServers(
                started.Postgres?.ConnectionString() ?? Named(configuration, ResourceNames.Metrics)!, started.Redis?.ConnectionString ?? Named(configuration, ResourceNames.Redis)!,
                SecretOf(configuration) ?? installation.Secret, SecretOf(configuration) is null ? installation.Folder : null, installation, started);
        }
        catch
        {
            installation.Dispose();
            throw;
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_started is not null) await _started.DisposeAsync();
        _installation?.Dispose();
    }

    private static async Task<BackupServers?> FindAsync(IConfiguration configuration, string folder, CancellationToken cancellationToken)
    {
        var (database, redis) = (Named(configuration, ResourceNames.Metrics), Named(configuration, ResourceNames.Redis));
        var options = new ServerOptions { Programs = ServerPrograms.Find(configuration[ServerPrograms.Variable], AppContext.BaseDirectory), DataFolder = folder };
        var postgres = new PostgresServer(options);
        if (database is null && await postgres.FindAsync(cancellationToken)) database = postgres.ConnectionString();
        var server = new RedisServer(options);
        if (redis is null && await server.FindAsync(cancellationToken)) redis = server.ConnectionString;
        if (database is null || redis is null) return null;
        return new BackupServers(database, redis, SecretOf(configuration) ?? (await File.ReadAllTextAsync(Installation.SecretPath(folder), cancellationToken)).Trim(), folder);
    }

    private static BackupServers OfSettings(IConfiguration configuration) =>
        new(Named(configuration, ResourceNames.Metrics)!, Named(configuration, ResourceNames.Redis)!, SecretOf(configuration), null);

    private static bool NamesAll(IConfiguration configuration) => Named(configuration, ResourceNames.Metrics) is not null && Named(configuration, ResourceNames.Redis) is not null;

    private static string? Named(IConfiguration configuration, string name) => configuration.GetConnectionString(name) is { Length: > 0 } text ? text : null;

    private static string? SecretOf(IConfiguration configuration) => configuration[InstallationSecret.Setting] is { Length: > 0 } text ? text : null;
}

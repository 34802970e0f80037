using Npgsql;
using PerfPlatform.Standalone.Servers;

namespace PerfPlatform.TestServers;

/// <summary>
/// A real PostgreSQL with TimescaleDB for one test process. Every test gets a fresh database of it, copied from a template.
/// It does not wait for the disk unless <paramref name="durable"/>.
/// </summary>
public sealed class PostgresFixture(bool durable = false) : IAsyncDisposable
{
    private const string Template = "perfplatform_template";

    private TestFolder? _folder;
    private PostgresServer? _server;
    private int _databases;

    public async Task StartAsync(CancellationToken cancellationToken = default)
    {
        _folder = await TestFolder.CreateAsync("pg", cancellationToken);
        _server = new PostgresServer(TestPrograms.Options(_folder.Path, durable));
        await _server.StartAsync(cancellationToken);
        await _server.CreateDatabaseAsync(Template, cancellationToken);
        // TimescaleDB's scheduler would connect to it, and a template with connections cannot be copied.
        await ExecuteAsync($"ALTER DATABASE {Template} ALLOW_CONNECTIONS false", cancellationToken);
        await EndTemplateConnectionsAsync(cancellationToken);
    }

    /// <summary>A fresh database with the timescaledb extension, dropped when it is disposed.</summary>
    public async Task<TestDatabase> CreateDatabaseAsync(CancellationToken cancellationToken = default)
    {
        var server = _server ?? throw new InvalidOperationException("The fixture has not been started.");
        var name = $"test_{Interlocked.Increment(ref _databases)}";
        for (var attempt = 1; ; attempt++)
        {
            try
            {
                await ExecuteAsync($"CREATE DATABASE {name} TEMPLATE {Template}", cancellationToken);
                return new TestDatabase(this, name, server.ConnectionString(name));
            }
            catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.ObjectInUse && attempt < 20)
            {
                await EndTemplateConnectionsAsync(cancellationToken);
            }
        }
    }

    /// <summary>Stops the server as a crash would, or orderly; <see cref="ResumeAsync"/> starts it again with the same data and address.</summary>
    public async Task StopAsync(CancellationToken cancellationToken = default) => await _server!.StopAsync(cancellationToken);

    public async Task ResumeAsync(CancellationToken cancellationToken = default) => await _server!.StartAsync(cancellationToken);

    public async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        if (_server is not null)
            await _server.DisposeAsync();
        _folder?.Dispose();
    }

    internal async Task DropAsync(string name) => await ExecuteAsync($"DROP DATABASE IF EXISTS {name} WITH (FORCE)", CancellationToken.None);

    private Task EndTemplateConnectionsAsync(CancellationToken cancellationToken) =>
        ExecuteAsync($"SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE datname = '{Template}'", cancellationToken);

    private async Task ExecuteAsync(string sql, CancellationToken cancellationToken)
    {
        await using var source = NpgsqlDataSource.Create(_server!.ConnectionString("postgres") + ";Pooling=false");
        await using var command = source.CreateCommand(sql);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }
}

using Npgsql;

namespace PerfPlatform.TestServers;

/// <summary>A database of its own for a test.</summary>
public sealed class TestDatabase : IAsyncDisposable
{
    private readonly PostgresFixture _server;

    internal TestDatabase(PostgresFixture server, string name, string connectionString)
    {
        _server = server;
        Name = name;
        ConnectionString = connectionString;
    }

    public string Name { get; }

    public string ConnectionString { get; }

    public async ValueTask DisposeAsync()
    {
        await using (var connection = new NpgsqlConnection(ConnectionString))
        {
            NpgsqlConnection.ClearPool(connection);
        }

        await _server.DropAsync(Name);
    }
}

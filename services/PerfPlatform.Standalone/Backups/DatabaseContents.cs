using Npgsql;

namespace PerfPlatform.Standalone.Backups;

/// <summary>What a database holds, as a backup's manifest tells it.</summary>
internal static class DatabaseContents
{
    // Schemas of PostgreSQL's and TimescaleDB's own; chunks and what an extension brought are not tables of anybody.
    private const string OthersSchemas = "n.nspname !~ '^(pg_|information_schema$|_?timescaledb_)'";

    private const string TablesSql = $"""
        SELECT format('%I.%I', n.nspname, c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
        WHERE c.relkind IN ('r', 'p') AND {OthersSchemas} AND NOT EXISTS (SELECT FROM pg_inherits i WHERE i.inhrelid = c.oid)
            AND NOT EXISTS (SELECT FROM pg_depend d WHERE d.classid = 'pg_class'::regclass AND d.objid = c.oid AND d.deptype = 'e')
        ORDER BY 1
        """;

    private const string SchemasSql = $"SELECT format('%I', n.nspname) FROM pg_namespace n WHERE {OthersSchemas} AND n.nspname <> 'public'";

    // EF Core names its column so in every history, whatever the table is called.
    private const string HistoriesSql = "SELECT format('%I.%I', table_schema, table_name) FROM information_schema.columns WHERE column_name = 'MigrationId'";

    /// <summary>A session of its own, for the extension's library belongs to a session.</summary>
    /// <exception cref="BackupException">There is no such database, or it does not let us in.</exception>
    public static async Task<NpgsqlConnection> ConnectAsync(string connectionString, CancellationToken cancellationToken)
    {
        var settings = new NpgsqlConnectionStringBuilder(connectionString) { Pooling = false, CommandTimeout = 0 };
        var connection = new NpgsqlConnection(settings.ConnectionString);
        try
        {
            await connection.OpenAsync(cancellationToken);
            return connection;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException)
        {
            await connection.DisposeAsync();
            throw new BackupException($"The database {settings.Database} at {settings.Host}:{settings.Port} cannot be opened: {e.Message}", e);
        }
    }

    /// <summary>Its tables; a hypertable is one.</summary>
    public static Task<List<string>> TablesAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => TextsAsync(connection, TablesSql, cancellationToken);

    /// <summary>Its schemas, without <c>public</c>.</summary>
    public static Task<List<string>> SchemasAsync(NpgsqlConnection connection, CancellationToken cancellationToken) => TextsAsync(connection, SchemasSql, cancellationToken);

    /// <summary>How many rows each table has.</summary>
    public static async Task<Dictionary<string, long>> RowsAsync(NpgsqlConnection connection, IEnumerable<string> tables, CancellationToken cancellationToken)
    {
        var rows = new Dictionary<string, long>();
        foreach (var table in tables) rows[table] = (long)(await ScalarAsync(connection, $"SELECT count(*) FROM {table}", cancellationToken))!;
        return rows;
    }

    /// <summary>The migrations that it has had, of every schema.</summary>
    public static async Task<List<string>> MigrationsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        var migrations = new List<string>();
        foreach (var history in await TextsAsync(connection, HistoriesSql, cancellationToken))
            migrations.AddRange(await TextsAsync(connection, $"SELECT \"MigrationId\" FROM {history} ORDER BY 1", cancellationToken));
        return migrations;
    }

    /// <summary>The version of TimescaleDB in it, or null.</summary>
    public static async Task<string?> TimescaleAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await ScalarAsync(connection, "SELECT extversion FROM pg_extension WHERE extname = 'timescaledb'", cancellationToken) as string;

    public static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    public static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static async Task<List<string>> TextsAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        var texts = new List<string>();
        while (await reader.ReadAsync(cancellationToken)) texts.Add(reader.GetString(0));
        return texts;
    }
}

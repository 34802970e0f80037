using Npgsql;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Standalone.Hosting;
using PerfPlatform.Standalone.Servers;

namespace PerfPlatform.Standalone.Backups;

/// <summary>
/// Restores a backup: the secret, what only Redis holds, and last the database, in one transaction. The registry gets a new epoch, so that an id that somebody learned
/// after the backup is not taken for the series that gets it now.
/// </summary>
internal sealed class BackupRestorer(BackupArchive archive, BackupServers servers, ServerPrograms? programs, TextWriter console)
{
    private static readonly TimeSpan EndOfSessions = TimeSpan.FromSeconds(5);

    private readonly BackupManifest _backup = archive.Manifest;

    /// <summary>Whether this version of the product knows every schema of a backup.</summary>
    /// <exception cref="BackupException">It does not.</exception>
    public static void RequireKnown(BackupManifest backup)
    {
        var unknown = backup.Migrations.FirstOrDefault(m => !KnownMigrations.All.Contains(m));
        if (unknown is null) return;
        throw new BackupException(
            $"The backup is of a newer PerfPlatform ({backup.Version}, with the schema change {unknown} that this one does not know): restore it with that version");
    }

    /// <param name="force">Whether what the database holds may go.</param>
    /// <param name="cancellationToken">Ends it; the database is empty then.</param>
    /// <exception cref="BackupException">It cannot be done.</exception>
    public async Task RunAsync(bool force, CancellationToken cancellationToken)
    {
        try
        {
            var secret = await RequireSecretAsync(cancellationToken);
            var redis = await archive.TextAsync(BackupEntries.Redis, cancellationToken) ?? throw new BackupException($"The backup has no {BackupEntries.Redis}");
            await RequireDatabaseAsync(force, cancellationToken);
            await console.WriteLineAsync($"restore: the backup of {_backup.TakenAt:yyyy-MM-dd HH:mm:ss}Z, a database of {ByteSize.Text(_backup.DatabaseBytes)}");
            if (servers.Folder is { } folder) await ServerAccount.Self.WriteFileAsync(Installation.SecretPath(folder), secret + "\n", cancellationToken);
            await RedisContents.WriteAsync(servers.Redis, redis);
            await EmptyAsync(cancellationToken);
            await FillAsync(cancellationToken);
            await FinishAsync(cancellationToken);
            await console.WriteLineAsync($"restore: {_backup.Rows.Values.Sum()} rows in {_backup.Rows.Count} tables, as in the backup; PerfPlatform can be started");
        }
        catch (NpgsqlException e)
        {
            throw new BackupException($"The database refused the restore: {e.Message}", e);
        }
        catch (IOException e)
        {
            throw new BackupException($"The restore failed: {e.Message}", e);
        }
    }

    /// <summary>The secret that the restored installation has to go on with.</summary>
    private async Task<string?> RequireSecretAsync(CancellationToken cancellationToken)
    {
        var secret = await archive.TextAsync(BackupEntries.Secret, cancellationToken);
        if (servers.Folder is not null) return secret ?? throw new BackupException("The backup was made without the secret: set PERFPLATFORM_SECRET to that of the installation it is of");
        if (servers.Secret is not null && secret is not null && servers.Secret != secret)
            throw new BackupException($"PERFPLATFORM_SECRET is not that of the backup, so no key would work: set it to what `unzip -p FILE {BackupEntries.Secret}` prints");
        if (servers.Secret is null)
            await console.WriteLineAsync($"restore: every service needs the PERFPLATFORM_SECRET of the backup{(secret is null ? "" : $", which `unzip -p FILE {BackupEntries.Secret}` prints")}");
        return secret;
    }

    private async Task RequireDatabaseAsync(bool force, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseContents.ConnectAsync(servers.Database, cancellationToken);
        var sessions = await SessionsAsync(connection, cancellationToken);
        if (sessions > 0) throw new BackupException($"The database {connection.Database} is in use by {sessions} sessions: stop every service but Ingestion, and whoever else is connected");
        var tables = await DatabaseContents.TablesAsync(connection, cancellationToken);
        if (tables.Count > 0 && !force) throw new BackupException($"The database {connection.Database} holds {tables.Count} tables: restore into an empty one, or let --force remove everything in it");
        if (_backup.Timescale is not { } version) return;
        await using var available = new NpgsqlCommand("SELECT count(*) FROM pg_available_extension_versions WHERE name = 'timescaledb' AND version = $1", connection)
        {
            Parameters = { new() { Value = version } },
        };
        if ((long)(await available.ExecuteScalarAsync(cancellationToken))! == 0)
            throw new BackupException($"The backup needs TimescaleDB {version}, which this server does not have: install that version, and update the extension after the restore");
    }

    /// <summary>How many others are connected. A session that ends is seen for a moment yet.</summary>
    private static async Task<long> SessionsAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        const string sql = "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid() AND backend_type = 'client backend'";
        var started = TimeProvider.System.GetTimestamp();
        while (true)
        {
            var sessions = (long)(await DatabaseContents.ScalarAsync(connection, sql, cancellationToken))!;
            if (sessions == 0 || TimeProvider.System.GetElapsedTime(started) > EndOfSessions) return sessions;
            await Task.Delay(TimeSpan.FromMilliseconds(100), cancellationToken);
        }
    }

    // Also schemas without tables, which somebody may have made in advance, and an extension of another version.
    private async Task EmptyAsync(CancellationToken cancellationToken)
    {
        await using (var connection = await DatabaseContents.ConnectAsync(servers.Database, cancellationToken))
        {
            var tables = await DatabaseContents.TablesAsync(connection, cancellationToken);
            foreach (var schema in await DatabaseContents.SchemasAsync(connection, cancellationToken))
                await DatabaseContents.ExecuteAsync(connection, $"DROP SCHEMA {schema} CASCADE", cancellationToken);
            foreach (var table in tables.Where(t => t.StartsWith("public.", StringComparison.Ordinal)))
                await DatabaseContents.ExecuteAsync(connection, $"DROP TABLE IF EXISTS {table} CASCADE", cancellationToken);
            var version = await DatabaseContents.TimescaleAsync(connection, cancellationToken);
            if (version == _backup.Timescale && tables.Count == 0) return;
            // Its own tables may remember the chunks that there were.
            if (version is not null) await DatabaseContents.ExecuteAsync(connection, "DROP EXTENSION timescaledb CASCADE", cancellationToken);
        }

        if (_backup.Timescale is not { } wanted) return;
        // In a session that has not loaded the library of another version.
        await using var next = await DatabaseContents.ConnectAsync(servers.Database, cancellationToken);
        await DatabaseContents.ExecuteAsync(next, $"CREATE EXTENSION timescaledb VERSION '{wanted.Replace("'", "''", StringComparison.Ordinal)}'", cancellationToken);
    }

    private async Task FillAsync(CancellationToken cancellationToken)
    {
        await SwitchAsync("timescaledb_pre_restore", cancellationToken);
        try
        {
            await using var content = await archive.OpenEntryAsync(BackupEntries.Database, cancellationToken);
            using var restore = PostgresTool.Start(
                programs, "pg_restore", servers.Database, "--format=custom", $"--dbname={new NpgsqlConnectionStringBuilder(servers.Database).Database}",
                "--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error");
            await restore.FeedAsync(content, cancellationToken);
        }
        finally
        {
            await SwitchAsync("timescaledb_post_restore", CancellationToken.None);
        }
    }

    // While it restores, TimescaleDB leaves rows and tables alone.
    private async Task SwitchAsync(string function, CancellationToken cancellationToken)
    {
        if (_backup.Timescale is null) return;
        await using var connection = await DatabaseContents.ConnectAsync(servers.Database, cancellationToken);
        await DatabaseContents.ExecuteAsync(connection, $"SELECT {function}()", cancellationToken);
    }

    private async Task FinishAsync(CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseContents.ConnectAsync(servers.Database, cancellationToken);
        var rows = await DatabaseContents.RowsAsync(connection, await DatabaseContents.TablesAsync(connection, cancellationToken), cancellationToken);
        var other = _backup.Rows.Keys.Union(rows.Keys).FirstOrDefault(table => _backup.Rows.GetValueOrDefault(table, -1) != rows.GetValueOrDefault(table, -1));
        if (other is not null)
            throw new BackupException($"The restored database is not as the backup: {other} has {rows.GetValueOrDefault(other)} rows instead of {_backup.Rows.GetValueOrDefault(other)}");
        await RestoredRegistry.BeginEpochAsync(connection, cancellationToken);
        // Else the first questions are planned as if every table were empty.
        await DatabaseContents.ExecuteAsync(connection, "ANALYZE", cancellationToken);
    }
}

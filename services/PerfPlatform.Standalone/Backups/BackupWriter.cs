using System.Data;
using System.Reflection;
using Npgsql;
using PerfPlatform.Standalone.Servers;

namespace PerfPlatform.Standalone.Backups;

/// <summary>
/// Writes a backup while everything goes on: one snapshot of the whole database, what only Redis holds, and the secret. The file has its name only when it is whole
/// and was read back.
/// </summary>
internal sealed class BackupWriter(BackupServers servers, ServerPrograms? programs, TimeProvider clock, TextWriter console)
{
    private static readonly TimeSpan ProgressEvery = TimeSpan.FromSeconds(5);

    // Compressed with zstd, unless the programs are older than that.
    private const int VersionWithZstd = 16;

    /// <summary>Writes a backup; the last line on the console ends with its name.</summary>
    /// <exception cref="BackupException">It cannot be made; nothing is left of it.</exception>
    public async Task WriteAsync(string target, CancellationToken cancellationToken)
    {
        var path = PathOf(target);
        var draft = path + ".part";
        try
        {
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            if (File.Exists(path)) throw new BackupException($"{path} is there already: name another file, or a folder");
            var manifest = await WriteDraftAsync(draft, cancellationToken);
            await ReadBackAsync(draft, cancellationToken);
            File.Move(draft, path);
            await console.WriteLineAsync($"backup: {manifest.Rows.Values.Sum()} rows in {manifest.Rows.Count} tables, {ByteSize.Text(new FileInfo(path).Length)}: {path}");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BackupException($"{path} cannot be written: {e.Message}", e);
        }
        catch (NpgsqlException e)
        {
            throw new BackupException($"The database cannot be read: {e.Message}", e);
        }
        finally
        {
            File.Delete(draft);
        }
    }

    /// <summary>A free disk has room for what the tables take: a dump has no indexes, and is compressed.</summary>
    /// <exception cref="BackupException">It has not.</exception>
    internal static void RequireRoom(string folder, long free, long needed)
    {
        if (free < needed) throw new BackupException($"{folder} has {ByteSize.Text(free)} free and the backup may take {ByteSize.Text(needed)}: free some, or name another folder");
    }

    private async Task<BackupManifest> WriteDraftAsync(string draft, CancellationToken cancellationToken)
    {
        await using var connection = await DatabaseContents.ConnectAsync(servers.Database, cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(IsolationLevel.RepeatableRead, cancellationToken);
        // The dump, the counts and the migrations are of this snapshot, which lives as long as the transaction. Whatever ends idle sessions leaves it alone.
        await DatabaseContents.ExecuteAsync(connection, "SET LOCAL idle_in_transaction_session_timeout = 0; SET LOCAL lock_timeout = '1min'", cancellationToken);
        var snapshot = (string)(await DatabaseContents.ScalarAsync(connection, "SELECT pg_export_snapshot()", cancellationToken))!;
        var tables = await DatabaseContents.TablesAsync(connection, cancellationToken);
        if (tables.Count == 0) throw new BackupException($"The database {connection.Database} has no tables: is it that of PerfPlatform?");
        // Chunks too. None of them goes before it is dumped and counted.
        await DatabaseContents.ExecuteAsync(connection, $"LOCK TABLE {string.Join(", ", tables)} IN ACCESS SHARE MODE", cancellationToken);
        var bytes = (long)(await DatabaseContents.ScalarAsync(connection, "SELECT pg_database_size(current_database())", cancellationToken))!;
        var withoutIndexes = (long)(await DatabaseContents.ScalarAsync(
            connection, "SELECT coalesce(sum(pg_table_size(oid)), 0)::bigint FROM pg_class WHERE relkind = 'r' AND relnamespace <> 'pg_catalog'::regnamespace", cancellationToken))!;
        var folder = Path.GetDirectoryName(draft)!;
        RequireRoom(folder, new DriveInfo(folder).AvailableFreeSpace, withoutIndexes);
        await console.WriteLineAsync($"backup: {tables.Count} tables, a database of {ByteSize.Text(bytes)}");

        var manifest = new BackupManifest
        {
            Format = BackupManifest.CurrentFormat,
            Version = typeof(BackupWriter).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "",
            TakenAt = clock.GetUtcNow(),
            Timescale = await DatabaseContents.TimescaleAsync(connection, cancellationToken),
            DatabaseBytes = bytes,
            Migrations = await DatabaseContents.MigrationsAsync(connection, cancellationToken),
            Rows = await DatabaseContents.RowsAsync(connection, tables, cancellationToken),
            Checksums = new Dictionary<string, string>(),
        };
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.ReadWrite };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.Delete(draft);
        await using var file = new FileStream(draft, options);
        await using (var archive = new BackupArchiveWriter(file))
        {
            await DumpAsync(archive, snapshot, cancellationToken);
            await archive.AddAsync(BackupEntries.Redis, await RedisContents.ReadAsync(servers.Redis), cancellationToken);
            if (servers.Secret is not null) await archive.AddAsync(BackupEntries.Secret, servers.Secret, cancellationToken);
            else await console.WriteLineAsync("backup: the secret is not in it: keep PERFPLATFORM_SECRET, without which keys and sealed credentials are lost");
            await archive.CompleteAsync(manifest, cancellationToken);
        }

        await file.FlushAsync(cancellationToken);
        file.Flush(flushToDisk: true);
        return manifest;
    }

    private async Task DumpAsync(BackupArchiveWriter archive, string snapshot, CancellationToken cancellationToken)
    {
        var compression = await VersionAsync(cancellationToken) >= VersionWithZstd ? "zstd:3" : "1";
        using var dump = PostgresTool.Start(
            programs, "pg_dump", servers.Database, "--format=custom", $"--compress={compression}", $"--snapshot={snapshot}", "--lock-wait-timeout=60000", "--no-comments");
        var said = clock.GetTimestamp();
        await archive.AddAsync(BackupEntries.Database, dump.Output, written =>
        {
            if (clock.GetElapsedTime(said) < ProgressEvery) return;
            said = clock.GetTimestamp();
            console.WriteLine($"backup: {ByteSize.Text(written)} written");
        }, cancellationToken);
        await dump.EndAsync(cancellationToken);
    }

    private async Task<int> VersionAsync(CancellationToken cancellationToken)
    {
        // "pg_dump (PostgreSQL) 17.5 (Debian 17.5-1)"
        using var asked = PostgresTool.Start(programs, "pg_dump", null, "--version");
        using var reader = new StreamReader(asked.Output);
        var said = await reader.ReadToEndAsync(cancellationToken);
        await asked.EndAsync(cancellationToken);
        var number = new string([.. said.SkipWhile(c => !char.IsAsciiDigit(c)).TakeWhile(char.IsAsciiDigit)]);
        return int.TryParse(number, out var version) ? version : 0;
    }

    // Every byte against the manifest, and every row through the program that will restore it.
    private async Task ReadBackAsync(string draft, CancellationToken cancellationToken)
    {
        await using var archive = await BackupArchive.OpenAsync(draft, cancellationToken);
        await using var content = await archive.OpenEntryAsync(BackupEntries.Database, cancellationToken);
        using var reading = PostgresTool.Start(programs, "pg_restore", null, "--format=custom", "--file=/dev/null");
        await reading.FeedAsync(content, cancellationToken);
    }

    private string PathOf(string target) => Path.GetFullPath(
        target.EndsWith(BackupVerb.Extension, StringComparison.Ordinal) && !Directory.Exists(target)
            ? target
            : Path.Combine(target, $"perfplatform-{clock.GetUtcNow():yyyyMMdd'T'HHmmss'Z'}{BackupVerb.Extension}"));
}

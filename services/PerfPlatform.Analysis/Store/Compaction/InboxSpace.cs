using Npgsql;

namespace PerfPlatform.Analysis.Store.Compaction;

/// <summary>
/// Gives back what a burst left in the inbox: its rows live for seconds, but PostgreSQL keeps a file as large as it once was. VACUUM cuts off the empty end of the
/// table and of its side table, and lets go when somebody waits for it. Indexes do not shrink by that: they are built anew, once the rows are few.
/// Several processes may do this at once: the second one finds nothing left, or a lock that it does not wait for.
/// </summary>
internal sealed partial class InboxSpace(NpgsqlDataSource database, CompactionPace pace, ILogger<InboxSpace> logger)
{
    /// <summary>What the inbox may take beside what lives in it.</summary>
    public const long Slack = 1L << 20;

    private const int Excess = 4;
    private const int BytesARow = 200; // header, index entries
    private const long MaxToIndex = 16L << 20; // read under a lock that writers wait for: some ten milliseconds
    private const long Notable = 16L << 20;

    private const string SizeSql = """
        SELECT pg_total_relation_size(oid), pg_indexes_size(oid) + CASE reltoastrelid WHEN 0 THEN 0 ELSE pg_indexes_size(reltoastrelid) END
        FROM pg_class WHERE oid = 'metrics.inbox'::regclass
        """;

    /// <summary>Looks once; returns how many bytes were given back, or null where there was nothing to do.</summary>
    public async Task<long?> ReleaseAsync(CancellationToken cancellationToken)
    {
        if (pace.IsBusy) return null;
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        var (before, _) = await SizeAsync(connection, cancellationToken);
        if (before <= Slack) return null;
        var held = await HeldAsync(connection, cancellationToken);
        if (before <= (held * Excess) + Slack) return null;

        // With rests. The pool resets the settings.
        await ExecuteAsync(connection, "SET vacuum_cost_delay = '2ms'; SET vacuum_cost_limit = 1000", cancellationToken);
        await ExecuteAsync(connection, "VACUUM (SKIP_LOCKED, INDEX_CLEANUP ON, TRUNCATE ON, PARALLEL 0) metrics.inbox", cancellationToken);
        var (size, indexes) = await SizeAsync(connection, cancellationToken);
        held = await HeldAsync(connection, cancellationToken);
        if (indexes > held + (Slack / 4) && size - indexes <= MaxToIndex) await ReindexAsync(connection, cancellationToken);
        var (after, _) = await SizeAsync(connection, cancellationToken);
        Log(before, after);
        return before - after;
    }

    private static async Task ReindexAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        try
        {
            // That of the side table too. A lock that is waited for would hold up every writer behind it.
            await ExecuteAsync(connection, "SET lock_timeout = '50ms'", cancellationToken);
            await ExecuteAsync(connection, "REINDEX TABLE metrics.inbox", cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            // Somebody writes: in the next round.
        }

        await ExecuteAsync(connection, "RESET lock_timeout", cancellationToken);
    }

    private static async Task<(long Total, long Indexes)> SizeAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(SizeSql, connection);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    /// <summary>How many bytes the rows need. The length of a payload is told without reading it.</summary>
    private static async Task<long> HeldAsync(NpgsqlConnection connection, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand($"SELECT coalesce(sum(octet_length(payload) + {BytesARow})::bigint, 0) FROM metrics.inbox", connection) { CommandTimeout = 120 };
        return (long)(await command.ExecuteScalarAsync(cancellationToken))!;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 0 }; // the token ends it
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private void Log(long before, long after)
    {
        if (before - after >= Notable) LogReleased(logger, before >> 10, after >> 10);
        else LogReleasedLittle(logger, before >> 10, after >> 10);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The inbox gave its free space back: {Before} kB before, {After} kB now")]
    private static partial void LogReleased(ILogger logger, long before, long after);

    [LoggerMessage(Level = LogLevel.Debug, Message = "The inbox gave back what it could: {Before} kB before, {After} kB now")]
    private static partial void LogReleasedLittle(ILogger logger, long before, long after);
}

using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Store.Compaction;

/// <summary>
/// Gives back the space of what was merged: PostgreSQL keeps a file as large as it once was, so a chunk whose hours are all merged is written anew
/// when it is much larger than what it holds. The lock is asked for without waiting and held for a bounded time. Without TimescaleDB there are no chunks
/// and the space is used again by new rows instead.
/// </summary>
internal sealed partial class ChunkRewrite(NpgsqlDataSource database, CompactionBacklog backlog, IOptions<StoreOptions> options, TimeProvider clock, ILogger<ChunkRewrite> logger)
{
    private const int BytesARow = 200; // header columns, tuple and index entry
    private const double Excess = 1.5;
    private const long Slack = 1 << 20;
    private readonly HashSet<string> _tooLarge = []; // bounded by the chunks that retention keeps

    /// <summary>Looks at the chunk of an hour and rewrites it if that pays and nothing is left to merge there.</summary>
    public async Task RunAsync(long hour, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        if (await FindAsync(connection, hour, cancellationToken) is not { } chunk || _tooLarge.Contains(chunk.Name)) return;
        if (chunk.End > clock.GetUtcNow().ToUnixTimeMilliseconds() || !backlog.IsClear(chunk.Start, chunk.End)) return;
        var (size, held) = await MeasureAsync(connection, chunk.Name, cancellationToken);
        if (size <= (held * Excess) + Slack) return;
        await RewriteAsync(connection, hour, chunk.Name, cancellationToken);
        var (after, _) = await MeasureAsync(connection, chunk.Name, cancellationToken);
        if (after < size) LogRewritten(logger, chunk.Name, size >> 10, after >> 10);
    }

    private async Task RewriteAsync(NpgsqlConnection connection, long hour, string chunk, CancellationToken cancellationToken)
    {
        try
        {
            // A lock that is waited for would hold up every query behind it. The pool resets the settings.
            await ExecuteAsync(connection, $"SET lock_timeout = '50ms'; SET statement_timeout = {(int)options.Value.RewriteTimeout.TotalMilliseconds}", cancellationToken);
            await ExecuteAsync(connection, $"VACUUM (FULL, ANALYZE) {chunk}", cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            backlog.Suspect(hour, hour + 1); // someone reads it: again in the next round
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            _tooLarge.Add(chunk);
            LogTooLarge(logger, chunk, options.Value.RewriteTimeout.TotalSeconds);
        }
    }

    private static async Task<(string Name, long Start, long End)?> FindAsync(NpgsqlConnection connection, long hour, CancellationToken cancellationToken)
    {
        await using (var look = new NpgsqlCommand("SELECT to_regclass('timescaledb_information.chunks') IS NOT NULL", connection))
        {
            if (!(bool)(await look.ExecuteScalarAsync(cancellationToken))!) return null;
        }

        await using var command = new NpgsqlCommand(
            """
            SELECT format('%I.%I', chunk_schema, chunk_name), range_start, range_end FROM timescaledb_information.chunks
            WHERE hypertable_schema = 'metrics' AND hypertable_name = 'segment' AND range_start <= $1 AND range_end > $1
            """, connection)
        {
            Parameters = { new NpgsqlParameter<long> { TypedValue = PostgresTime.FromUnixMilliseconds(hour), NpgsqlDbType = NpgsqlDbType.TimestampTz } },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        if (!await reader.ReadAsync(cancellationToken)) return null;
        return (reader.GetString(0), PostgresTime.ToUnixMilliseconds(reader.GetFieldValue<long>(1)), PostgresTime.ToUnixMilliseconds(reader.GetFieldValue<long>(2)));
    }

    private static async Task<(long Size, long Held)> MeasureAsync(NpgsqlConnection connection, string chunk, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(
            $"SELECT pg_total_relation_size('{chunk}'), coalesce(sum(octet_length(data) + {BytesARow})::bigint, 0) FROM {chunk}", connection)
        {
            CommandTimeout = 120,
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetInt64(1));
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 700 };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Chunk} was written anew: {Before} kB before, {After} kB now")]
    private static partial void LogRewritten(ILogger logger, string chunk, long before, long after);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Chunk} could not be written anew within {Seconds} s, so its free space stays until retention drops it; raise Analysis:Store:RewriteTimeout")]
    private static partial void LogTooLarge(ILogger logger, string chunk, double seconds);
}

using Microsoft.Extensions.Options;
using Npgsql;
using PerfPlatform.Analysis.Migrations;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Rollups;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Store.Retention;

/// <summary>
/// Every hour: drops what is older than the retention of its tier (whole chunks with TimescaleDB, rows without), notes when series were last seen,
/// and drops the series of which no tier has anything. An advisory lock keeps replicas from doing it twice.
/// </summary>
internal sealed partial class RetentionJob(
    NpgsqlDataSource database, SchemaReady<MetricsContext> schema, SeriesRegistry registry, RegistryLoader loader, PartitionSet partitions, LatestSamples latest,
    IOptions<StoreOptions> options, TimeProvider clock, ILogger<RetentionJob> logger) : BackgroundService
{
    private static readonly TimeSpan Every = TimeSpan.FromHours(1);
    private static readonly TimeSpan First = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan Again = TimeSpan.FromMinutes(5);

    /// <summary>One round; returns how many series were dropped, or null where somebody reads what is too old, as a backup does: then nothing was done.</summary>
    public async Task<int?> RunAsync(CancellationToken cancellationToken)
    {
        try
        {
            return await RoundAsync(cancellationToken);
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.LockNotAvailable)
        {
            LogBusy(logger, Again.TotalMinutes);
            return null;
        }
    }

    private async Task<int> RoundAsync(CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        if (!(bool)(await ScalarAsync(connection, "SELECT pg_try_advisory_xact_lock(1346720839)", cancellationToken))!) return 0;
        var now = clock.GetUtcNow();
        var raw = now - options.Value.RawRetention;
        await ExecuteAsync(connection, """
            UPDATE metrics.series s SET last_seen = n.last_seen
            FROM (SELECT series_id, max(end_time) AS last_seen FROM metrics.segment WHERE start_time >= $1::timestamptz - interval '3 hours' GROUP BY series_id) n
            WHERE s.id = n.series_id AND s.last_seen < n.last_seen
            """, now - Every, cancellationToken);
        // A lock that is waited for holds up every query behind it, and what this transaction has locked holds up intake.
        await ScalarAsync(connection, "SET LOCAL lock_timeout = '500ms'", cancellationToken);
        await DropAsync(connection, "metrics.segment", raw, cancellationToken);
        await DropAsync(connection, "metrics.rollup_1m", now - options.Value.MinuteRetention, cancellationToken, RollupTier.Minute);
        await DropAsync(connection, "metrics.rollup_1h", now - options.Value.HourRetention, cancellationToken, RollupTier.Hour);
        latest.ForgetBefore(raw.ToUnixTimeMilliseconds());

        // Roll-ups at one hour are the last to go, and whatever had a sample has one of those. What waits in the inbox is not in segments yet: a series of its
        // own could be among it, so leave those that were registered lately.
        var before = now - options.Value.HourRetention;
        var gone = new List<int>();
        await using (var command = new NpgsqlCommand(
            """
            DELETE FROM metrics.series s WHERE last_seen < $1 AND first_seen < $1 AND NOT EXISTS (SELECT FROM metrics.segment g WHERE g.series_id = s.id)
                AND NOT EXISTS (SELECT FROM metrics.rollup_1m m WHERE m.series_id = s.id) AND NOT EXISTS (SELECT FROM metrics.rollup_1h h WHERE h.series_id = s.id)
            RETURNING id
            """, connection))
        {
            command.Parameters.Add(new() { Value = before });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            while (await reader.ReadAsync(cancellationToken)) gone.Add(reader.GetInt32(0));
        }

        // One that came to life in this minute is in memory: it stays.
        if (partitions.Latest(gone.ToArray(), []).Any(v => v is { } sample && sample.Time >= before.ToUnixTimeMilliseconds())) return 0;

        // Out of memory first: one that comes labelled from now on is registered anew and waits for this transaction.
        registry.Remove(gone);
        latest.Forget(gone);
        try
        {
            await transaction.CommitAsync(cancellationToken);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            await loader.LoadAsync(gone, CancellationToken.None);
            throw;
        }

        if (gone.Count > 0) LogDropped(logger, gone.Count);
        return gone.Count;
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            await schema.WaitAsync(stoppingToken);
            await registry.WaitAsync(stoppingToken);
            await WarnWithoutTimescaleAsync(stoppingToken);
            await Task.Delay(First, clock, stoppingToken);
            while (true)
            {
                var wait = Every;
                try
                {
                    if (await RunAsync(stoppingToken) is null) wait = Again;
                }
                catch (Exception e) when (!stoppingToken.IsCancellationRequested)
                {
                    LogFailed(logger, e.Message);
                }

                await Task.Delay(wait, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The host stops.
        }
    }

    private static async Task DropAsync(NpgsqlConnection connection, string table, DateTimeOffset before, CancellationToken cancellationToken, RollupTier? tier = null)
    {
        // A row of a roll-up goes when all of its hour or day is too old; a chunk does so by itself.
        if (await HasTimescaleAsync(connection, cancellationToken)) await ExecuteAsync(connection, $"SELECT drop_chunks('{table}', older_than => $1)", before, cancellationToken);
        else await ExecuteAsync(connection, $"DELETE FROM {table} WHERE start_time < $1", before.AddMilliseconds(-(tier?.RowLength() ?? 0)), cancellationToken);
    }

    private async Task WarnWithoutTimescaleAsync(CancellationToken cancellationToken)
    {
        try
        {
            await using var connection = await database.OpenConnectionAsync(cancellationToken);
            if (!await HasTimescaleAsync(connection, cancellationToken))
            {
                LogPlain(logger);
                return;
            }

            var licence = await ScalarAsync(connection, "SELECT current_setting('timescaledb.license', true)", cancellationToken) as string ?? "unknown";
            LogLicence(logger, licence);
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            LogFailed(logger, e.Message);
        }
    }

    private static async Task<bool> HasTimescaleAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        await ScalarAsync(connection, "SELECT 1 FROM pg_extension WHERE extname = 'timescaledb'", cancellationToken) is not null
        && await ScalarAsync(connection, "SELECT 1 FROM timescaledb_information.hypertables WHERE hypertable_schema = 'metrics' AND hypertable_name = 'segment'", cancellationToken) is not null;

    private static async Task<object?> ScalarAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, DateTimeOffset time, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(sql, connection) { CommandTimeout = 600, Parameters = { new() { Value = time } } };
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "{Series} series have nothing in any tier any more and were dropped")]
    private static partial void LogDropped(ILogger logger, int series);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Retention could not run and is tried again in an hour: {Reason}")]
    private static partial void LogFailed(ILogger logger, string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "Somebody reads what retention would drop (a backup?): tried again in {Minutes} minutes")]
    private static partial void LogBusy(ILogger logger, double minutes);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The database has no TimescaleDB: segments lie in a plain table and retention deletes rows, which is slower")]
    private static partial void LogPlain(ILogger logger);

    [LoggerMessage(Level = LogLevel.Information, Message = "TimescaleDB is there (licence {Licence}); only features of the Apache edition are used")]
    private static partial void LogLicence(ILogger logger, string licence);
}

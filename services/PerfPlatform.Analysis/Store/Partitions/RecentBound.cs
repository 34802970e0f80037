using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Store.Partitions;

/// <summary>Finds out from when on memory alone answers: after the end of everything that was written before this process took the partition.</summary>
internal sealed partial class RecentBound(NpgsqlDataSource database, TimeProvider clock, ILogger<RecentBound> logger)
{
    private const int Seconds = 2; // its caller renews leases

    /// <summary>Looks it up; where the database takes too long, everything goes on without memory until the next try.</summary>
    public async Task FindAsync(Partition partition, CancellationToken cancellationToken)
    {
        // A segment never crosses a full hour: what began before this one has ended before it.
        var hour = PostgresTime.Hour(clock.GetUtcNow().ToUnixTimeMilliseconds());
        try
        {
            await using var command = database.CreateCommand("SELECT max(end_time), EXISTS (SELECT FROM metrics.segment) FROM metrics.segment WHERE start_time >= $1");
            command.CommandTimeout = Seconds;
            command.Parameters.Add(new NpgsqlParameter<long> { TypedValue = PostgresTime.FromUnixMilliseconds(hour), NpgsqlDbType = NpgsqlDbType.TimestampTz });
            await using var reader = await command.ExecuteReaderAsync(cancellationToken);
            await reader.ReadAsync(cancellationToken);
            if (!reader.GetBoolean(1)) partition.Recent.Complete(long.MinValue);
            else partition.Recent.Complete(reader.IsDBNull(0) ? hour : PostgresTime.ToUnixMilliseconds(reader.GetFieldValue<long>(0)) + 1);
        }
        catch (NpgsqlException e)
        {
            LogNotFound(logger, partition.Number, e);
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "It is not known yet from when on memory answers alone for partition {Partition}; queries read the database")]
    private static partial void LogNotFound(ILogger logger, int partition, Exception cause);
}

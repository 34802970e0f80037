using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Compaction;

/// <summary>
/// Replaces the segments of some series and one hour by merged ones, all or nothing. One statement deletes and reads, so what is replaced is exactly what
/// was read: a segment that is flushed meanwhile stays. Before or after the commit a query sees each sample once, because it reads a series by one statement.
/// </summary>
internal sealed class CompactionTransaction(NpgsqlDataSource database) : IDisposable
{
    private const string Sql = """
        DELETE FROM metrics.segment WHERE series_id = ANY($1) AND start_time >= $2 AND start_time < $3
        RETURNING series_id, start_time, stamp_at, stamp_instance, stamp_sequence, data
        """;

    private readonly SegmentMerge _merge = new();

    /// <summary>Called after each step; tests make it fail there.</summary>
    public Func<CompactionStep, Task> Reached { get; set; } = static _ => Task.CompletedTask;

    /// <summary>Merges and commits; returns how many segments were replaced.</summary>
    /// <exception cref="LeaseLostException">The partition has another writer.</exception>
    /// <exception cref="InvalidDataException">A segment is damaged; everything stays as it is.</exception>
    public async Task<int> MergeAsync(int partition, long epoch, long hour, int[] seriesIds, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var segments = await DeleteAsync(connection, hour, seriesIds, cancellationToken);
        await Reached(CompactionStep.Deleted);
        await WriteAsync(connection, segments, cancellationToken);
        await Reached(CompactionStep.Written);

        // At the end: whoever wants the lease, its owner who renews it too, waits for the commit only.
        await PartitionLease.CheckAsync(connection, new Dictionary<int, long> { [partition] = epoch }, cancellationToken);
        await Reached(CompactionStep.Checked);
        await transaction.CommitAsync(cancellationToken);
        await Reached(CompactionStep.Committed);
        return segments.Count;
    }

    /// <inheritdoc />
    public void Dispose() => _merge.Dispose();

    private static async Task<List<Stored>> DeleteAsync(NpgsqlConnection connection, long hour, int[] seriesIds, CancellationToken cancellationToken)
    {
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            CommandTimeout = 120,
            Parameters = { new() { Value = seriesIds }, Time(hour), Time(hour + PostgresTime.HourLength) },
        };
        var segments = new List<Stored>(); // bounded by the rows that the caller asks for
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            segments.Add(new Stored(
                reader.GetInt32(0), reader.GetFieldValue<long>(1), new BatchStamp(reader.GetInt64(2), (uint)reader.GetInt64(3), reader.GetInt64(4)), reader.GetFieldValue<byte[]>(5)));
        }

        return segments;
    }

    private async Task WriteAsync(NpgsqlConnection connection, List<Stored> segments, CancellationToken cancellationToken)
    {
        segments.Sort(static (x, y) => x.SeriesId != y.SeriesId ? x.SeriesId.CompareTo(y.SeriesId) : x.Start.CompareTo(y.Start));
        await using var copy = await SegmentCopy.BeginAsync(connection, cancellationToken);
        for (var i = 0; i < segments.Count;)
        {
            _merge.Begin(segments[i].SeriesId);
            for (var id = segments[i].SeriesId; i < segments.Count && segments[i].SeriesId == id; i++) _merge.Add(segments[i].Stamp, segments[i].Data);
            _merge.Sort();
            while (_merge.TryNext(out var row)) await SegmentCopy.WriteAsync(copy, row, cancellationToken);
        }

        await copy.CompleteAsync(cancellationToken);
    }

    private static NpgsqlParameter<long> Time(long time) => new() { TypedValue = PostgresTime.FromUnixMilliseconds(time), NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private readonly record struct Stored(int SeriesId, long Start, BatchStamp Stamp, byte[] Data);
}

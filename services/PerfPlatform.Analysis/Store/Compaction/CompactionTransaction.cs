using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Rollups;
using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Compaction;

/// <summary>
/// Replaces the segments of some series and one hour by merged ones and writes their roll-ups, all or nothing. One statement deletes and reads, so what is
/// replaced is exactly what was read: a segment that is flushed meanwhile stays, and is rolled up with the others when they are merged next. Before or after
/// the commit a query sees each sample once, because it reads a series by one statement.
/// </summary>
internal sealed class CompactionTransaction(NpgsqlDataSource database, RollupWriter rollups) : IDisposable
{
    private const string Columns = "series_id, start_time, stamp_at, stamp_instance, stamp_sequence, data";
    private const string Where = "metrics.segment WHERE series_id = ANY($1) AND start_time >= $2 AND start_time < $3";
    private const string DeleteSql = $"DELETE FROM {Where} RETURNING {Columns}";
    private const string SelectSql = $"SELECT {Columns} FROM {Where}";

    private readonly SegmentMerge _merge = new();
    private readonly SegmentPages _pages = new();

    /// <summary>Called after each step; tests make it fail there.</summary>
    public Func<CompactionStep, Task> Reached { get; set; } = static _ => Task.CompletedTask;

    /// <summary>
    /// Merges the series that have several segments, rolls up these and those that have a single one, and commits; returns how many segments were replaced.
    /// </summary>
    /// <exception cref="LeaseLostException">The partition has another writer.</exception>
    /// <exception cref="InvalidDataException">A segment is damaged; everything stays as it is.</exception>
    public async Task<int> MergeAsync(int partition, long epoch, long hour, int[] several, int[] single, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        var segments = await ReadAsync(connection, DeleteSql, hour, several, cancellationToken);
        var replaced = segments.Count;
        await Reached(CompactionStep.Deleted);
        await rollups.BeginAsync(connection, hour, [.. several, .. single], cancellationToken);
        await WriteAsync(connection, segments, cancellationToken);
        await Reached(CompactionStep.Written);
        await RollUpAsync(connection, hour, single, cancellationToken);
        await Reached(CompactionStep.RolledUp);

        // At the end: whoever wants the lease, its owner who renews it too, waits for the commit only.
        await PartitionLease.CheckAsync(connection, new Dictionary<int, long> { [partition] = epoch }, cancellationToken);
        await Reached(CompactionStep.Checked);
        await transaction.CommitAsync(cancellationToken);
        await Reached(CompactionStep.Committed);
        return replaced;
    }

    /// <inheritdoc />
    public void Dispose() => _merge.Dispose();

    private static async Task<List<Stored>> ReadAsync(NpgsqlConnection connection, string sql, long hour, int[] seriesIds, CancellationToken cancellationToken)
    {
        if (seriesIds.Length == 0) return [];
        await using var command = new NpgsqlCommand(sql, connection)
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

        segments.Sort(static (x, y) => x.SeriesId != y.SeriesId ? x.SeriesId.CompareTo(y.SeriesId) : x.Start.CompareTo(y.Start));
        return segments;
    }

    private async Task WriteAsync(NpgsqlConnection connection, List<Stored> segments, CancellationToken cancellationToken)
    {
        if (segments.Count == 0) return;
        var rows = new List<SegmentRow>(); // bounded by the rows that the caller asks for
        for (var i = 0; i < segments.Count;)
        {
            var (id, before) = (segments[i].SeriesId, rows.Count);
            i = MergeSeries(segments, i);
            while (_merge.TryNext(out var row)) rows.Add(row with { Data = row.Data.ToArray() });
            rollups.Add(id, _merge.Times, _merge.Values, rows.Count - before);
        }

        await using var copy = await SegmentCopy.BeginAsync(connection, cancellationToken);
        foreach (var row in _pages.Fill(rows)) await SegmentCopy.WriteAsync(copy, row, cancellationToken);
        await copy.CompleteAsync(cancellationToken);
    }

    /// <summary>
    /// Ends the roll-ups of the hour with the series whose only segment stays where it is. Where the last sample of an hour is another one now, an hour after it that
    /// is rolled up already starts from another sample: it is rolled up again.
    /// </summary>
    private async Task RollUpAsync(NpgsqlConnection connection, long hour, int[] single, CancellationToken cancellationToken)
    {
        await AddAsync(connection, hour, single, cancellationToken);
        var next = await rollups.WriteAsync(connection, cancellationToken);
        if (next.Length == 0) return;
        await rollups.BeginAsync(connection, hour + PostgresTime.HourLength, next, cancellationToken);
        await AddAsync(connection, hour + PostgresTime.HourLength, next, cancellationToken);
        await rollups.WriteAgainAsync(connection, cancellationToken);
    }

    private async Task AddAsync(NpgsqlConnection connection, long hour, int[] seriesIds, CancellationToken cancellationToken)
    {
        var segments = await ReadAsync(connection, SelectSql, hour, seriesIds, cancellationToken);
        for (var i = 0; i < segments.Count;)
        {
            // As one: where a flush has added another meanwhile, the next look finds more than that.
            var id = segments[i].SeriesId;
            i = MergeSeries(segments, i);
            rollups.Add(id, _merge.Times, _merge.Values, segments: 1);
        }
    }

    /// <summary>Merges the segments of the series at an index, in memory, and returns the index of the next series.</summary>
    private int MergeSeries(List<Stored> segments, int at)
    {
        var id = segments[at].SeriesId;
        _merge.Begin(id);
        for (; at < segments.Count && segments[at].SeriesId == id; at++) _merge.Add(segments[at].Stamp, segments[at].Data);
        _merge.Sort();
        return at;
    }

    private static NpgsqlParameter<long> Time(long time) => new() { TypedValue = PostgresTime.FromUnixMilliseconds(time), NpgsqlDbType = NpgsqlDbType.TimestampTz };

    private readonly record struct Stored(int SeriesId, long Start, BatchStamp Stamp, byte[] Data);
}

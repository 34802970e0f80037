using System.Runtime.CompilerServices;
using Microsoft.Extensions.Options;
using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Analysis.Store;
using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Queries;

/// <summary>Reads the segments of series that touch a range.</summary>
internal sealed class SegmentReader(NpgsqlDataSource database, IOptions<StoreOptions> options)
{
    private const long Hour = 3_600_000;

    // A segment never crosses a full hour, so one that touches the range starts at most an hour before it.
    private const string Sql = """
        SELECT series_id, start_time, end_time, stamp_at, stamp_instance, stamp_sequence, count, min, max, sum, last, data
        FROM metrics.segment
        WHERE series_id = ANY($1) AND start_time > $2 AND start_time < $4 AND end_time >= $3
        ORDER BY series_id, start_time
        """;

    /// <summary>The series that have segments, in the order of their ids. What is returned is valid until the next step.</summary>
    public async IAsyncEnumerable<SeriesSegments> ReadAsync(int[] seriesIds, long from, long to, [EnumeratorCancellation] CancellationToken cancellationToken)
    {
        var series = new SeriesSegments();
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var command = new NpgsqlCommand(Sql, connection)
        {
            CommandTimeout = (int)Math.Ceiling(options.Value.StatementTimeout.TotalSeconds),
            Parameters =
            {
                new() { Value = seriesIds },
                Time(from - Hour),
                Time(from),
                Time(to),
            },
        };
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var id = reader.GetInt32(0);
            if (id != series.SeriesId)
            {
                if (series.Segments.Count > 0) yield return series;
                series.Clear();
                series.SeriesId = id;
            }

            Add(series, reader);
        }

        if (series.Segments.Count > 0) yield return series;
    }

    private static NpgsqlParameter<long> Time(long time) => new()
    {
        // Far times are cut to what PostgreSQL can tell.
        TypedValue = PostgresTime.FromUnixMilliseconds(Math.Clamp(time, -62_135_596_800_000, 253_402_300_800_000)),
        NpgsqlDbType = NpgsqlDbType.TimestampTz,
    };

    private static void Add(SeriesSegments series, NpgsqlDataReader reader)
    {
        var length = (int)reader.GetBytes(11, 0, null, 0, 0);
        var bytes = series.Reserve(length, out var offset);
        reader.GetBytes(11, 0, bytes, offset, length);
        series.Segments.Add(new StoredSegment(
            PostgresTime.ToUnixMilliseconds(reader.GetFieldValue<long>(1)),
            PostgresTime.ToUnixMilliseconds(reader.GetFieldValue<long>(2)),
            new BatchStamp(reader.GetInt64(3), (uint)reader.GetInt64(4), reader.GetInt64(5)),
            reader.GetInt32(6), reader.GetDouble(7), reader.GetDouble(8), reader.GetDouble(9), reader.GetDouble(10), bytes, offset, length));
    }
}

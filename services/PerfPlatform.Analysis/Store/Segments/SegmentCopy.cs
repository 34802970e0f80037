using Npgsql;
using NpgsqlTypes;

namespace PerfPlatform.Analysis.Store.Segments;

/// <summary>The binary COPY of segments into their table.</summary>
internal static class SegmentCopy
{
    private const string Sql =
        "COPY metrics.segment (series_id, start_time, end_time, stamp_at, stamp_instance, stamp_sequence, count, min, max, sum, first, last, data) FROM STDIN (FORMAT BINARY)";

    public static Task<NpgsqlBinaryImporter> BeginAsync(NpgsqlConnection connection, CancellationToken cancellationToken) =>
        connection.BeginBinaryImportAsync(Sql, cancellationToken);

    public static async Task WriteAsync(NpgsqlBinaryImporter copy, SegmentRow row, CancellationToken cancellationToken)
    {
        await copy.StartRowAsync(cancellationToken);
        await copy.WriteAsync(row.SeriesId, NpgsqlDbType.Integer, cancellationToken);
        await copy.WriteAsync(PostgresTime.FromUnixMilliseconds(row.StartTime), NpgsqlDbType.TimestampTz, cancellationToken);
        await copy.WriteAsync(PostgresTime.FromUnixMilliseconds(row.EndTime), NpgsqlDbType.TimestampTz, cancellationToken);
        await copy.WriteAsync(row.Stamp.ReceivedAt, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync((long)row.Stamp.Instance, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(row.Stamp.Sequence, NpgsqlDbType.Bigint, cancellationToken);
        await copy.WriteAsync(row.Count, NpgsqlDbType.Integer, cancellationToken);
        await copy.WriteAsync(row.Min, NpgsqlDbType.Double, cancellationToken);
        await copy.WriteAsync(row.Max, NpgsqlDbType.Double, cancellationToken);
        await copy.WriteAsync(row.Sum, NpgsqlDbType.Double, cancellationToken);
        await copy.WriteAsync(row.First, NpgsqlDbType.Double, cancellationToken);
        await copy.WriteAsync(row.Last, NpgsqlDbType.Double, cancellationToken);
        await copy.WriteAsync(row.Data, NpgsqlDbType.Bytea, cancellationToken);
    }
}

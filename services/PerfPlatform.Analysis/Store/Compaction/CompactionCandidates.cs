using Npgsql;
using NpgsqlTypes;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Store.Compaction;

/// <summary>
/// Finds the series that have other segments in an hour than its roll-up was made of, or no roll-up of it, page by page, and cuts them into portions for one transaction each.
/// </summary>
internal sealed class CompactionCandidates(NpgsqlDataSource database, SeriesRegistry registry, PartitionSet partitions)
{
    /// <summary>Segments of one transaction: some megabytes, a fraction of a second. One series may have more and then goes alone.</summary>
    public const int RowsAtOnce = 5000;

    private const int SeriesAtOnce = 500;
    private const int PageSize = 10_000;

    // Answered by an index and the roll-ups, in the order of the index, so a page ends early. A merge leaves one segment, or as many as it notes in the roll-up.
    private const string Sql = """
        SELECT series_id, count(*)::int FROM metrics.segment
        WHERE series_id > $1 AND start_time >= $2 AND start_time < $3
        GROUP BY series_id
        HAVING count(*) IS DISTINCT FROM (SELECT r.segments FROM metrics.rollup_1m r WHERE r.series_id = segment.series_id AND r.start_time = $2)
        ORDER BY series_id LIMIT $4
        """;

    /// <summary>The next page of portions after a series; <paramref name="after"/> of the next call is the result's <c>Last</c>, null at the end.</summary>
    public async Task<(IReadOnlyList<CompactionPortion> Portions, int? Last)> ReadAsync(long hour, int after, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Sql);
        command.CommandTimeout = 120;
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = after }, Time(hour), Time(hour + PostgresTime.HourLength), new() { Value = PageSize } });
        var portions = new List<CompactionPortion>();
        var open = new CompactionPortion?[partitions.Count];
        var (read, last) = (0, after);
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            (read, last) = (read + 1, reader.GetInt32(0));

            // What the registry has dropped goes with its chunk.
            if (!registry.TryGet(last, out var series)) continue;
            var partition = series.Fingerprint.Partition(partitions.Count);
            var (rows, portion) = (reader.GetInt32(1), open[partition]);
            if (portion is null || portion.Rows + rows > RowsAtOnce || portion.SeriesIds.Count + portion.SingleIds.Count == SeriesAtOnce)
                portions.Add(open[partition] = portion = new CompactionPortion(partition));
            (rows > 1 ? portion.SeriesIds : portion.SingleIds).Add(last);
            portion.Rows += rows;
        }

        return (portions, read == PageSize ? last : null);
    }

    private static NpgsqlParameter<long> Time(long time) => new() { TypedValue = PostgresTime.FromUnixMilliseconds(time), NpgsqlDbType = NpgsqlDbType.TimestampTz };
}

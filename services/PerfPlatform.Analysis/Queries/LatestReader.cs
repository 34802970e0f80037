using Microsoft.Extensions.Options;
using Npgsql;
using PerfPlatform.Analysis.Store;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Queries;

/// <summary>The newest sample of series: from memory, and once after a start from the headers of the newest segments.</summary>
internal sealed class LatestReader(NpgsqlDataSource database, PartitionSet partitions, LatestSamples latest, IOptions<StoreOptions> options)
{
    private const int SeriesAStatement = 1000;

    // The newest segment by start tells the newest hour; within it segments may overlap, so the greatest end decides, then the stamp.
    private const string Sql = """
        SELECT i.id, s.end_time, s.last, s.stamp_at, s.stamp_instance, s.stamp_sequence
        FROM unnest($1) AS i (id)
        CROSS JOIN LATERAL (SELECT start_time FROM metrics.segment WHERE series_id = i.id ORDER BY start_time DESC LIMIT 1) n
        CROSS JOIN LATERAL (
            SELECT * FROM metrics.segment
            WHERE series_id = i.id AND start_time >= date_trunc('hour', n.start_time, 'UTC')
            ORDER BY end_time DESC, stamp_at DESC, stamp_instance DESC, stamp_sequence DESC LIMIT 1) s
        """;

    /// <summary>One entry for each id; null where nothing is kept.</summary>
    public async Task<LatestSample?[]> ReadAsync(int[] ids, CancellationToken cancellationToken)
    {
        var missing = new List<int>();
        var samples = partitions.Latest(ids, missing);
        if (missing.Count == 0) return samples;
        foreach (var part in missing.Chunk(SeriesAStatement)) await LookUpAsync(part, cancellationToken);
        return partitions.Latest(ids, []);
    }

    private async Task LookUpAsync(int[] ids, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Sql);
        command.CommandTimeout = (int)Math.Ceiling(options.Value.StatementTimeout.TotalSeconds);
        command.Parameters.Add(new NpgsqlParameter { Value = ids });
        var found = new HashSet<int>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var stamp = new BatchStamp(reader.GetInt64(3), (uint)reader.GetInt64(4), reader.GetInt64(5));
            latest.Learn(reader.GetInt32(0), new LatestSample(PostgresTime.ToUnixMilliseconds(reader.GetFieldValue<long>(1)), reader.GetDouble(2), stamp));
            found.Add(reader.GetInt32(0));
        }

        foreach (var id in ids)
        {
            if (!found.Contains(id)) latest.Learn(id, null);
        }
    }
}

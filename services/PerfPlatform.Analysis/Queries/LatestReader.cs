using Microsoft.Extensions.Options;
using Npgsql;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Queries;

/// <summary>The newest sample of series: from memory, and once after a start from the headers of the newest segments; of what others write, from them.</summary>
internal sealed class LatestReader(
    NpgsqlDataSource database, PartitionSet partitions, SeriesRegistry registry, LatestSamples latest, PeerQueries peers, IOptions<StoreOptions> options)
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
        var elsewhere = await peers.ElsewhereAsync(ids.Select(id => registry.TryGet(id, out var entry) ? entry : null).OfType<SeriesEntry>(), cancellationToken);
        if (elsewhere.Count == 0) return await ReadOwnAsync(ids, cancellationToken);
        using var head = new HeadSnapshot();
        var missing = await peers.AddAsync(head, PeerQueries.LatestPath, elsewhere, long.MinValue, long.MaxValue, cancellationToken);

        // Where nobody answers, the segments tell what they have; it is not kept, because it grows elsewhere.
        foreach (var part in missing.SelectMany(p => elsewhere[p]).Chunk(SeriesAStatement)) await LookUpAsync(part, (id, sample) => head.Take(id, sample), cancellationToken);
        var others = elsewhere.Values.SelectMany(e => e).ToHashSet();
        var own = await ReadOwnAsync([.. ids.Where(id => !others.Contains(id))], cancellationToken);
        var (samples, at) = (new LatestSample?[ids.Length], 0);
        for (var i = 0; i < ids.Length; i++) samples[i] = others.Contains(ids[i]) ? head.Newest(ids[i]) : own[at++];
        return samples;
    }

    /// <summary>One entry for each id of series that are written here.</summary>
    public async Task<LatestSample?[]> ReadOwnAsync(int[] ids, CancellationToken cancellationToken)
    {
        var missing = new List<int>();
        var samples = partitions.Latest(ids, missing);
        if (missing.Count == 0) return samples;
        foreach (var part in missing.Chunk(SeriesAStatement))
        {
            var found = new HashSet<int>(part.Length);
            await LookUpAsync(
                part,
                (id, sample) =>
                {
                    latest.Learn(id, sample);
                    found.Add(id);
                },
                cancellationToken);
            foreach (var id in part)
            {
                if (!found.Contains(id)) latest.Learn(id, null);
            }
        }

        return partitions.Latest(ids, []);
    }

    private async Task LookUpAsync(int[] ids, Action<int, LatestSample> take, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand(Sql);
        command.CommandTimeout = (int)Math.Ceiling(options.Value.StatementTimeout.TotalSeconds);
        command.Parameters.Add(new NpgsqlParameter { Value = ids });
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken))
        {
            var stamp = new BatchStamp(reader.GetInt64(3), (uint)reader.GetInt64(4), reader.GetInt64(5));
            take(reader.GetInt32(0), new LatestSample(PostgresTime.ToUnixMilliseconds(reader.GetFieldValue<long>(1)), reader.GetDouble(2), stamp));
        }
    }
}

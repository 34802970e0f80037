using System.Collections.Concurrent;
using Microsoft.Extensions.Options;
using Npgsql;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Flushing;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Store.Inbox;

/// <summary>Reads what is durable and not yet in segments back into a partition's head: at the start, after a take-over, after a doubtful commit.</summary>
internal sealed partial class InboxReplay(
    NpgsqlDataSource database, SeriesRegistry registry, RegistryLoader loader, PartitionSet partitions, PartitionFlush flush, IOptions<StoreOptions> options, ILogger<InboxReplay> logger)
{
    private const int RowsAtOnce = 256;
    private readonly ConcurrentDictionary<int, int> _unreadable = new(); // bounded by the partitions

    /// <summary>How many rows of the partitions that are written here could not be read: they lie in the inbox until somebody looks at them.</summary>
    public int Unreadable => _unreadable.Where(p => partitions[p.Key].HeldEpoch > 0).Sum(p => p.Value);

    /// <summary>Returns how many rows were read. Rows of another number of partitions belong to the partition of the remainder.</summary>
    public async Task<int> ReadAsync(Partition partition, CancellationToken cancellationToken)
    {
        await loader.LoadAsync(cancellationToken);
        var (after, total, unreadable) = (long.MinValue, 0, 0);
        while (true)
        {
            var rows = await ReadRowsAsync(partition.Number, after, cancellationToken);
            if (rows.Count == 0)
            {
                _unreadable[partition.Number] = unreadable;
                return total;
            }

            foreach (var (id, payload) in rows)
            {
                after = id;
                if (await DecodeAsync(id, payload, cancellationToken) is { } batch) partition.Head.Append(batch, id);
                else unreadable++;
            }

            total += rows.Count;

            // A long outage leaves more than memory should hold: write as we go.
            if (partition.Head.ActiveBytes > options.Value.GenerationBytes) await flush.RunAsync(partition, cancellationToken);
        }
    }

    private async Task<List<(long Id, byte[] Payload)>> ReadRowsAsync(int partition, long after, CancellationToken cancellationToken)
    {
        await using var command = database.CreateCommand("SELECT id, payload FROM metrics.inbox WHERE partition % $1 = $2 AND id > $3 ORDER BY id LIMIT $4");
        command.Parameters.AddRange(new NpgsqlParameter[] { new() { Value = partitions.Count }, new() { Value = partition }, new() { Value = after }, new() { Value = RowsAtOnce } });
        var rows = new List<(long, byte[])>();
        await using var reader = await command.ExecuteReaderAsync(cancellationToken);
        while (await reader.ReadAsync(cancellationToken)) rows.Add((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
        return rows;
    }

    /// <summary>A row that cannot be read stays in the inbox and is reported: it is the only copy.</summary>
    private async Task<SampleBatch?> DecodeAsync(long id, byte[] payload, CancellationToken cancellationToken)
    {
        try
        {
            var batch = SampleBatchCodec.Decode(payload);
            var (unknown, missing) = (new Dictionary<Fingerprint, SeriesDescriptor>(), new List<int>());
            BatchSeriesIds.TryCollect(batch, registry, unknown, missing);

            // Whoever wrote the row has registered its series; what is known here may have gaps where several processes register.
            if (unknown.Count > 0) await loader.LoadAsync(unknown.Keys, cancellationToken);
            if (missing.Count > 0)
            {
                await loader.LoadAsync(missing, cancellationToken);
                missing.Clear();
                BatchSeriesIds.TryCollect(batch, registry, unknown, missing);
            }

            if (missing.Count == 0) return BatchSeriesIds.Resolve(batch, registry);
            LogUnreadable(logger, id, $"{missing.Count} of its series are not in the registry");
        }
        catch (Exception e) when (e is InvalidDataException or KeyNotFoundException)
        {
            LogUnreadable(logger, id, e.Message);
        }

        return null;
    }

    [LoggerMessage(Level = LogLevel.Error, Message = "Inbox row {Id} cannot be read and stays where it is: {Reason}")]
    private static partial void LogUnreadable(ILogger logger, long id, string reason);
}

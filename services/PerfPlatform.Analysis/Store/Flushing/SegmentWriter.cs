using Npgsql;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.Analysis.Store.Recent;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Store.Flushing;

/// <summary>Writes one generation: lease check, segments, and the removal of exactly the inbox rows that hold the same samples, in one transaction.</summary>
internal sealed class SegmentWriter(NpgsqlDataSource database, CompactionBacklog backlog, TimeProvider clock) : IDisposable
{
    private readonly SegmentBuilder _builder = new();

    /// <summary>Returns the segments that were written; null where there were none.</summary>
    /// <exception cref="LeaseLostException">The partition has another writer.</exception>
    /// <exception cref="CommitDoubtfulException">The outcome is not known, or the inbox is not what the head believes: it must be read anew.</exception>
    public async Task<RecentWindow?> WriteAsync(int partition, long epoch, Generation generation, CancellationToken cancellationToken)
    {
        await using var connection = await database.OpenConnectionAsync(cancellationToken);
        await using var transaction = await connection.BeginTransactionAsync(cancellationToken);
        await PartitionLease.CheckAsync(connection, new Dictionary<int, long> { [partition] = epoch }, cancellationToken);
        var hours = new HashSet<long>(); // bounded by the hours of a generation's samples
        var segments = await CopyAsync(connection, generation, hours, cancellationToken);
        var ids = generation.InboxIds.ToArray();
        await using var delete = new NpgsqlCommand("DELETE FROM metrics.inbox WHERE id = ANY($1)", connection)
        {
            CommandTimeout = 120,
            Parameters = { new() { Value = ids } },
        };
        var deleted = await delete.ExecuteNonQueryAsync(cancellationToken);
        if (deleted != ids.Length)
            throw new CommitDoubtfulException(new InvalidOperationException($"{ids.Length} inbox rows should be there, {deleted} are: the inbox is read anew."));
        try
        {
            await transaction.CommitAsync(CancellationToken.None);
        }
        catch (Exception e)
        {
            throw new CommitDoubtfulException(e);
        }
        finally
        {
            // Where the outcome is not known they may be there: looking in vain costs little.
            backlog.Touch(hours, clock.GetUtcNow().ToUnixTimeMilliseconds());
        }

        return segments;
    }

    /// <inheritdoc />
    public void Dispose() => _builder.Dispose();

    private async Task<RecentWindow?> CopyAsync(NpgsqlConnection connection, Generation generation, HashSet<long> hours, CancellationToken cancellationToken)
    {
        // In the order of the index, so that its pages are touched once.
        var ids = generation.Series.Keys.ToArray();
        Array.Sort(ids);
        var written = new RecentWindowBuilder();
        await using var copy = await SegmentCopy.BeginAsync(connection, cancellationToken);
        foreach (var id in ids)
        {
            _builder.Begin(generation, id, generation.Series[id]);
            while (_builder.TryNext(out var row))
            {
                hours.Add(PostgresTime.Hour(row.StartTime));
                await SegmentCopy.WriteAsync(copy, row, cancellationToken);
                written.Add(row, generation.Floor);
            }
        }

        await copy.CompleteAsync(cancellationToken);
        return written.Build();
    }
}

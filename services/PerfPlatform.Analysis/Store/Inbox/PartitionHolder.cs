using Npgsql;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Flushing;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Store.Inbox;

/// <summary>
/// Begins and ends the writing of partitions in this process: who has the lease reads the inbox into the head, writes, and lets the samples come; nobody else does.
/// </summary>
internal sealed partial class PartitionHolder(
    PartitionSet partitions, SeriesRegistry registry, LatestSamples latest, InboxReplay replay, RecentBound recent, PartitionFlush flush, IEnumerable<IPartitionFeed> feeds,
    TimeProvider clock, ILogger<PartitionHolder> logger) : ILeaseHolder
{
    // What another process waits for; where it takes longer it reads the inbox instead.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public int Partitions => partitions.Count;

    public long HeldEpoch(int partition) => partitions[partition].HeldEpoch;

    public async Task TakeAsync(int partition, long epoch, CancellationToken cancellationToken)
    {
        var taken = partitions[partition];

        // The newest samples that are known may not be the newest any more.
        if (taken.State == PartitionState.Elsewhere) latest.Forget(registry.Ids(s => s.Fingerprint.Partition(partitions.Count) == partition));
        await taken.BeginReplayAsync(epoch, cancellationToken);
        try
        {
            await recent.FindAsync(taken, cancellationToken);
            var rows = await replay.ReadAsync(taken, cancellationToken);
            taken.EndReplay();
            LogTaken(logger, partition, epoch, rows);
        }
        finally
        {
            // One that was cut off begins anew.
            if (taken.State == PartitionState.Replaying)
            {
                taken.EndReplay();
                taken.Invalidate();
            }
        }

        foreach (var feed in feeds) feed.Open(partition);
    }

    public async Task LoseAsync(int partition, CancellationToken cancellationToken)
    {
        var lost = partitions[partition];
        if (lost.State == PartitionState.Elsewhere) return;
        await lost.LoseAsync(cancellationToken);
        await CloseFeedsAsync(partition, cancellationToken);
        LogElsewhere(logger, partition);
    }

    public async Task GiveBackAsync(int partition, CancellationToken cancellationToken)
    {
        using var patience = new CancellationTokenSource(Patience, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(patience.Token, cancellationToken);
        try
        {
            await CloseFeedsAsync(partition, either.Token);
            await flush.RunAsync(partitions[partition], either.Token);
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException or LeaseLostException or CommitDoubtfulException && !cancellationToken.IsCancellationRequested)
        {
            LogNotFinished(logger, partition, e.Message);
        }

        await partitions[partition].LoseAsync(cancellationToken);
    }

    private async Task CloseFeedsAsync(int partition, CancellationToken cancellationToken)
    {
        foreach (var feed in feeds) await feed.CloseAsync(partition, cancellationToken);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "Partition {Partition} is written here (epoch {Epoch}); {Rows} inbox rows were read back")]
    private static partial void LogTaken(ILogger logger, int partition, long epoch, int rows);

    [LoggerMessage(Level = LogLevel.Information, Message = "Partition {Partition} is written by another process")]
    private static partial void LogElsewhere(ILogger logger, int partition);

    [LoggerMessage(Level = LogLevel.Information, Message = "Partition {Partition} is handed on before its samples are in segments; the next process reads them from the inbox: {Reason}")]
    private static partial void LogNotFinished(ILogger logger, int partition, string reason);
}

using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Recent;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Partitions;

/// <summary>What this process is to a partition.</summary>
internal enum PartitionState
{
    /// <summary>Nobody has asked for the lease yet.</summary>
    Starting,

    /// <summary>Another writer has the lease.</summary>
    Elsewhere,

    /// <summary>The lease is here and the inbox is being read into the head.</summary>
    Replaying,

    /// <summary>Writes are taken.</summary>
    Ready,
}

/// <summary>One partition: its lease as this process knows it, and its head. Only its keeper changes the state, but for <see cref="Invalidate"/>.</summary>
internal sealed class Partition(int number, SlabPool pool, LatestSamples latest, long recentBytes) : IDisposable
{
    private readonly Lock _gate = new();
    private PartitionState _state = PartitionState.Starting;
    private long _epoch;
    private int _version;

    public int Number { get; } = number;

    public PartitionHead Head { get; } = new(pool, latest);

    /// <summary>What was written last, to answer without the database.</summary>
    public RecentSegments Recent { get; } = new(recentBytes);

    /// <summary>Held while generations are written or the head is thrown away: never both at once.</summary>
    public SemaphoreSlim Writing { get; } = new(1, 1);

    public PartitionState State
    {
        get
        {
            lock (_gate) return _state;
        }
    }

    /// <summary>The lease's epoch, or 0 where this process may not write.</summary>
    public long WritableEpoch
    {
        get
        {
            lock (_gate) return _state == PartitionState.Ready ? _epoch : 0;
        }
    }

    /// <summary>The lease's epoch while it is held.</summary>
    public long HeldEpoch
    {
        get
        {
            lock (_gate) return _state is PartitionState.Ready or PartitionState.Replaying ? _epoch : 0;
        }
    }

    /// <summary>Counts how often the head was thrown away: a query during which that happened asks again.</summary>
    public int Version => Volatile.Read(ref _version);

    /// <summary>
    /// Says that the head and the inbox may differ (a commit whose outcome is not known): nothing is written until the inbox has been read anew.
    /// </summary>
    public void Invalidate()
    {
        lock (_gate)
        {
            if (_state != PartitionState.Ready) return;
            _state = PartitionState.Starting;
            _version++;
        }
    }

    /// <summary>
    /// Shows a durable batch to queries. Does nothing where the lease is not what it was when the batch was committed: then the batch is in the inbox
    /// that is read next, because whoever takes a lease waits for the transactions that checked it.
    /// </summary>
    public void Append(SampleBatch batch, long inboxId, long epoch)
    {
        lock (_gate)
        {
            if (_state == PartitionState.Ready && _epoch == epoch) Head.Append(batch, inboxId);
        }
    }

    public async Task BeginReplayAsync(long epoch, CancellationToken cancellationToken)
    {
        await Writing.WaitAsync(cancellationToken);
        try
        {
            lock (_gate) (_state, _epoch, _version) = (PartitionState.Replaying, epoch, _version + 1);
            Recent.Clear(); // first: a query looks at the head before
            Head.Clear();
        }
        finally
        {
            Writing.Release();
        }
    }

    public void EndReplay()
    {
        lock (_gate)
        {
            if (_state == PartitionState.Replaying) _state = PartitionState.Ready;
        }
    }

    public async Task LoseAsync(CancellationToken cancellationToken)
    {
        await Writing.WaitAsync(cancellationToken);
        try
        {
            lock (_gate) (_state, _epoch, _version) = (PartitionState.Elsewhere, 0, _version + 1);
            Recent.Clear(); // first: a query looks at the head before
            Head.Clear();
        }
        finally
        {
            Writing.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => Writing.Dispose();
}

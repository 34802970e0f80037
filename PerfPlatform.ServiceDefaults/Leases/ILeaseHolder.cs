namespace PerfPlatform.ServiceDefaults;

/// <summary>What does the work that leases stand for. Called by <see cref="LeaseKeeper"/>, one call at a time.</summary>
public interface ILeaseHolder
{
    /// <summary>How many partitions the work is cut into: leases 0 to this, without it.</summary>
    int Partitions { get; }

    /// <summary>The epoch under which a partition is worked on here, or 0. The holder may end it by itself: then it is taken anew, with a new epoch.</summary>
    long HeldEpoch(int partition);

    /// <summary>Begins to work on a partition.</summary>
    Task TakeAsync(int partition, long epoch, CancellationToken cancellationToken);

    /// <summary>Ends, at once, the work on a partition that somebody else has, or may take, by now. Called again and again for what is elsewhere.</summary>
    Task LoseAsync(int partition, CancellationToken cancellationToken);

    /// <summary>Ends the work on a partition that is to go to another process: what is in hand is finished first. After it the lease is free.</summary>
    Task GiveBackAsync(int partition, CancellationToken cancellationToken);
}

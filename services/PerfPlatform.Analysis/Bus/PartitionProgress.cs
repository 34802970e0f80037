using PerfPlatform.Analysis.Store.Partitions;

namespace PerfPlatform.Analysis.Bus;

/// <summary>How many messages of each partition are in hand here, and how many were written since the process began.</summary>
internal sealed class PartitionProgress(PartitionSet partitions)
{
    private readonly long[] _inHand = new long[partitions.Count];
    private readonly long[] _finished = new long[partitions.Count];

    /// <summary>A message of a partition is in hand until the answer is disposed of.</summary>
    public InHand Take(int partition) => new(Has(partition) ? _inHand : null, partition);

    /// <summary>A message was written.</summary>
    public void Finish(int partition)
    {
        if (Has(partition)) Interlocked.Increment(ref _finished[partition]);
    }

    /// <summary>How many are in hand now.</summary>
    public long Held(int partition) => Interlocked.Read(ref _inHand[partition]);

    /// <summary>How many were written.</summary>
    public long Finished(int partition) => Interlocked.Read(ref _finished[partition]);

    // A message may name a partition that there is none of.
    private bool Has(int partition) => (uint)partition < (uint)_inHand.Length;

    /// <summary>A message in hand.</summary>
    internal readonly struct InHand : IDisposable
    {
        private readonly long[]? _counts;
        private readonly int _partition;

        public InHand(long[]? counts, int partition)
        {
            (_counts, _partition) = (counts, partition);
            if (counts is not null) Interlocked.Increment(ref counts[partition]);
        }

        public void Dispose()
        {
            if (_counts is not null) Interlocked.Decrement(ref _counts[_partition]);
        }
    }
}

using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Sums;

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>What intake knows of one series.</summary>
internal sealed class CachedSeries(SeriesDescriptor descriptor, int partition, KeyQuota owner)
{
    private readonly Lock _delta = new();

    // The epoch's number in the upper half, the id in the lower: read and written as one, so an id is never taken for another epoch's.
    private long _idOfEpoch;
    private RunningSum _sum = new();

    public SeriesDescriptor Descriptor { get; } = descriptor;

    public int Partition { get; } = partition;

    /// <summary>The key whose quota the series counts against: that which brought it first.</summary>
    public KeyQuota Owner { get; } = owner;

    /// <summary>When it was met first, Unix milliseconds.</summary>
    public long Introduced { get; init; }

    /// <summary>The generation of the cache in which the series last came; its spellings know it first, and tell it when the cache ages.</summary>
    public int Generation { get; set; }

    /// <summary>Whether the cache holds it; one that found the cache full keeps no state between requests.</summary>
    public bool IsCached { get; set; }

    /// <summary>
    /// Whether the registry has still to be told of a new description: the series travels labelled once, also where an id arrives before, which is the
    /// answer to the old description.
    /// </summary>
    public bool IsUntold { get; set; }

    /// <summary>The id as it was set last: the epoch's number in the upper half, the id in the lower; 0 where none was.</summary>
    public long IdOfEpoch => Volatile.Read(ref _idOfEpoch);

    /// <summary>The registry's id in an epoch, or 0 where it is not known and the series has to travel labelled.</summary>
    public int IdIn(int epochNumber)
    {
        if (IsUntold)
        {
            IsUntold = false;
            return 0;
        }

        return IdIn(IdOfEpoch, epochNumber);
    }

    /// <summary>The id in an epoch, of what <see cref="IdOfEpoch"/> said.</summary>
    public static int IdIn(long idOfEpoch, int epochNumber) => idOfEpoch >> 32 == epochNumber ? (int)idOfEpoch : 0;

    /// <summary>Sets the id; true where it takes another one's place in the same epoch.</summary>
    public bool SetId(int epochNumber, int id)
    {
        var before = IdIn(IdOfEpoch, epochNumber);
        Volatile.Write(ref _idOfEpoch, (long)epochNumber << 32 | (uint)id);
        return before != 0 && before != id;
    }

    /// <summary>Adds a delta to the running sum of this instance, as <see cref="RunningSum.TryAdd"/> does.</summary>
    public bool TryAccumulate(long time, double delta, out double sum, out bool first)
    {
        lock (_delta) return _sum.TryAdd(time, delta, out sum, out first);
    }

    /// <summary>
    /// Whether a counter was started anew between its last point and this one, as its sender says by a later start. Not where the start is that of the first
    /// point that came: what was counted before it may be stored already. Nor where an older process of the same name still sends: the two share the series.
    /// </summary>
    /// <param name="start">When the sender began to count, or 0.</param>
    /// <param name="time">The point's time.</param>
    public bool Restarts(long start, long time)
    {
        // The usual point: of the same start as the last. Two threads at a time may both write; either time will do.
        if (start <= Volatile.Read(ref _sum.Began))
        {
            if (time > Volatile.Read(ref _sum.LastTime)) Volatile.Write(ref _sum.LastTime, time);
            return false;
        }

        lock (_delta)
        {
            var (began, last) = (_sum.Began, _sum.LastTime);
            if (start <= began) return false;
            (_sum.Began, _sum.LastTime) = (start, Math.Max(last, time));
            return began > 0 && start > last && start < time;
        }
    }

    /// <summary>Takes over what is known of the series from before its description changed.</summary>
    public void Continue(CachedSeries before)
    {
        lock (before._delta) _sum = before._sum;
    }
}

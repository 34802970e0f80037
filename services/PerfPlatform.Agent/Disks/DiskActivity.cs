using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Disks;

/// <summary>How busy a disk was in an interval.</summary>
/// <param name="Utilization">The share of the time in which at least one request was in flight, 0 to 1.</param>
/// <param name="QueueDepth">Requests in flight on average.</param>
internal readonly record struct DiskActivity(double Utilization, double QueueDepth)
{
    /// <summary>From two readings and the time between them by a monotonic clock.</summary>
    public static DiskActivity Between(in DiskCounters before, in DiskCounters after, TimeSpan elapsed)
    {
        if (elapsed <= TimeSpan.Zero)
            return default;
        var milliseconds = elapsed.TotalMilliseconds;
        // The kernel adds busy time when a request ends, so a long one can put more than an interval into an interval.
        var busy = Math.Min(1, CounterDelta.Between(before.BusyMilliseconds, after.BusyMilliseconds) / milliseconds);
        return new DiskActivity(busy, CounterDelta.Between(before.WeightedMilliseconds, after.WeightedMilliseconds) / milliseconds);
    }
}

namespace PerfPlatform.Agent.Collection;

/// <summary>
/// The moments at which is collected: start + n * interval, by a monotonic clock. A late tick does not shift those after it, so the
/// schedule does not drift; ticks that have passed are skipped, never made up for in a burst.
/// </summary>
internal struct TickSchedule(long start, long intervalTimestamps)
{
    private long _number;

    /// <summary>When the next tick is due.</summary>
    public readonly long Due => start + _number * intervalTimestamps;

    /// <summary>Goes on to the first tick after now; the answer is how many were skipped.</summary>
    public long Advance(long now)
    {
        var passed = now < start ? -1 : (now - start) / intervalTimestamps;
        var skipped = Math.Max(0, passed - _number);
        _number = Math.Max(_number, passed) + 1;
        return skipped;
    }
}

namespace PerfPlatform.Agent.Kernel;

/// <summary>The growth of a kernel counter between two readings.</summary>
internal static class CounterDelta
{
    private const ulong Word = 1UL << 32;

    /// <summary>
    /// The growth. A counter that went back has either wrapped, which 32-bit counters of the kernel do (milliseconds in /proc/diskstats after 49 days),
    /// or was reset with its device; it has wrapped when it stood in the upper half of 32 bits and the growth that follows is in the lower half.
    /// </summary>
    public static ulong Between(ulong before, ulong after)
    {
        if (after >= before)
            return after - before;
        var wrapped = Word - before + after;
        return before < Word && wrapped < Word / 2 ? wrapped : after;
    }
}

using System.Runtime.CompilerServices;

namespace PerfPlatform.Agent.Cpu;

/// <summary>The share of each <see cref="CpuMode"/> in an interval, 0 to 1; together they are 1.</summary>
[InlineArray(CpuTimes.Count)]
internal struct CpuShares
{
    private double _first;

    public double this[CpuMode mode]
    {
        get => this[(int)mode];
        set => this[(int)mode] = value;
    }

    /// <summary>All but idle and waiting for I/O.</summary>
    public readonly double Busy
    {
        get
        {
            var idle = this[(int)CpuMode.Idle] + this[(int)CpuMode.Iowait];
            return Math.Clamp(1 - idle, 0, 1);
        }
    }

    /// <summary>
    /// The shares between two readings. The whole is what the kernel accounted, not the clock: so it is exact however late a reading was.
    /// Idle and iowait may go back a little (the kernel documents it), which counts as no growth. False when nothing was accounted.
    /// </summary>
    public static bool TryBetween(in CpuTimes before, in CpuTimes after, out CpuShares shares)
    {
        shares = default;
        ulong whole = 0;
        for (var mode = 0; mode < CpuTimes.Count; mode++)
            whole += Growth(before[mode], after[mode]);
        if (whole == 0)
            return false;
        for (var mode = 0; mode < CpuTimes.Count; mode++)
            shares[mode] = (double)Growth(before[mode], after[mode]) / whole;
        return true;
    }

    private static ulong Growth(ulong before, ulong after) => after > before ? after - before : 0;
}

using FsCheck.Xunit;
using PerfPlatform.Agent.Cpu;
using Xunit;

namespace PerfPlatform.Tests.Agent.Cpu;

/// <summary>Shares of processor time between two readings.</summary>
public class CpuSharesTests
{
    [Fact]
    public void TryBetween_KnownTimes_AreTheShares()
    {
        Assert.True(CpuShares.TryBetween(Times(100, 0, 50, 1000, 10, 0, 0), Times(130, 0, 60, 1050, 15, 3, 2), out var shares));
        Assert.Equal(0.30, shares[CpuMode.User], 12);
        Assert.Equal(0.50, shares[CpuMode.Idle], 12);
        Assert.Equal(0.05, shares[CpuMode.Iowait], 12);
        Assert.Equal(0.45, shares.Busy, 12);
    }

    [Property]
    public void TryBetween_AnyGrowth_AddsUpToOne(uint[] start, ushort[] growth)
    {
        CpuTimes before = default, after = default;
        for (var i = 0; i < CpuTimes.Count; i++)
        {
            before[i] = i < start.Length ? start[i] : 0;
            after[i] = before[i] + (i < growth.Length ? growth[i] : 0UL);
        }

        var some = growth.Take(CpuTimes.Count).Any(ticks => ticks > 0);
        Assert.Equal(some, CpuShares.TryBetween(before, after, out var shares));
        var sum = Enum.GetValues<CpuMode>().Sum(mode => shares[mode]);
        Assert.Equal(some ? 1 : 0, sum, 9);
        Assert.InRange(shares.Busy, 0, 1);
    }

    [Fact]
    public void TryBetween_IowaitGoesBack_CountsAsNoGrowth()
    {
        Assert.True(CpuShares.TryBetween(Times(0, 0, 0, 0, 500, 0, 0), Times(10, 0, 0, 10, 490, 0, 0), out var shares));
        Assert.Equal(0, shares[CpuMode.Iowait]);
        Assert.Equal(0.5, shares.Busy, 12);
    }

    private static CpuTimes Times(params ReadOnlySpan<ulong> ticks)
    {
        CpuTimes times = default;
        for (var i = 0; i < ticks.Length; i++)
            times[i] = ticks[i];
        return times;
    }
}

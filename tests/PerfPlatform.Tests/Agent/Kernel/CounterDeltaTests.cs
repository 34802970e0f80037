using FsCheck.Xunit;
using PerfPlatform.Agent.Kernel;
using Xunit;

namespace PerfPlatform.Tests.Agent.Kernel;

/// <summary>Growth of counters over wraps and resets.</summary>
public class CounterDeltaTests
{
    [Property]
    public void Between_GrowingCounter_IsTheGrowth(uint start, uint growth) => Assert.Equal(growth, CounterDelta.Between(start, (ulong)start + growth));

    [Property(MaxTest = 500)]
    public void Between_WordThatWraps_IsTheGrowth(uint start, uint growth)
    {
        // Growth below half a word, as of milliseconds within an interval, is exact wherever the word stands.
        var small = growth / 2;
        Assert.Equal(small, CounterDelta.Between(start, unchecked(start + small)));
    }

    [Theory]
    [InlineData(uint.MaxValue - 9, 5, 15)]
    [InlineData(1000, 40, 40)]
    [InlineData(ulong.MaxValue - 1, 7, 7)]
    [InlineData(1UL << 40, 3, 3)]
    public void Between_CounterThatWentBack_IsWrapOrReset(ulong before, ulong after, ulong expected) => Assert.Equal(expected, CounterDelta.Between(before, after));
}

using PerfPlatform.Agent.Pressure;
using Xunit;

namespace PerfPlatform.Tests.Agent.Pressure;

/// <summary>/proc/pressure.</summary>
public class PressureStallTests
{
    [Fact]
    public void TryParse_Kernel6_ReadsBothLines()
    {
        Assert.True(PressureStall.TryParse("some avg10=2.35 avg60=1.37 avg300=1.26 total=35444451\nfull avg10=0.08 avg60=0.02 avg300=100.00 total=2845418\n"u8, out var some, out var full));
        Assert.Equal((0.0235, 0.0137, 0.0126, 35444451UL), (Math.Round(some.Average10, 6), Math.Round(some.Average60, 6), Math.Round(some.Average300, 6), some.TotalMicroseconds));
        Assert.Equal((1.0, 2845418UL), (full!.Value.Average300, full.Value.TotalMicroseconds));
    }

    [Fact]
    public void TryParse_Kernel54Cpu_HasNoFullLine()
    {
        Assert.True(PressureStall.TryParse("some avg10=0.00 avg60=0.00 avg300=0.00 total=1\n"u8, out _, out var full));
        Assert.Null(full);
    }

    [Fact]
    public void TryParse_NotPressure_IsFalse() => Assert.False(PressureStall.TryParse("some nonsense\n"u8, out _, out _));

    [Fact]
    public void ShareSince_HalfTheTimeStalled_IsAHalf()
    {
        var before = new PressureStall(0, 0, 0, 1_000_000);
        Assert.Equal(0.5, new PressureStall(0, 0, 0, 1_500_000).ShareSince(before, TimeSpan.FromSeconds(1)), 12);
        Assert.Equal(1, new PressureStall(0, 0, 0, 3_500_000).ShareSince(before, TimeSpan.FromSeconds(1)));
        Assert.Equal(0, new PressureStall(0, 0, 0, 1_500_000).ShareSince(before, TimeSpan.Zero));
    }
}

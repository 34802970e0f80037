using PerfPlatform.Agent.Kernel;
using Xunit;

namespace PerfPlatform.Tests.Agent.Kernel;

/// <summary>Counters of the kernel that step where they cannot: what is told, and whether the interval counts.</summary>
public class SteadyCountersTests
{
    private readonly SteadyCounters _counters = new(1);

    [Fact]
    public void Take_StepThatCannotBe_IsLeftOutForGood()
    {
        Assert.Equal((true, 100UL), Take(100));
        Assert.Equal((true, 150UL), Take(150));
        Assert.Equal((false, 150UL), Take(900_000_150));
        Assert.Equal((true, 160UL), Take(900_000_160));
    }

    [Fact]
    public void Take_BelowZeroAndBack_GoesOnAsBefore()
    {
        Take(1000);
        Assert.Equal((false, 1000UL), Take(ulong.MaxValue - 5));
        Assert.Equal((true, 1050UL), Take(1050));
        Assert.Equal((true, 1060UL), Take(1060));
    }

    [Fact]
    public void Take_StepBack_IsWaitedOut()
    {
        Take(1000);
        Assert.Equal((true, 1000UL), Take(998));
        Assert.Equal((true, 1000UL), Take(999));
        Assert.Equal((true, 1003UL), Take(1003));
    }

    [Fact]
    public void Take_BeganAnew_IsToldSo()
    {
        Take(1000);
        Assert.Equal((true, 7UL), Take(7));
        Assert.Equal((true, 20UL), Take(20));
    }

    [Fact]
    public void Take_MoreThanTheMachineIsOld_BeginsAtZero()
    {
        Assert.Equal((true, 0UL), Take(900_000_000));
        Assert.Equal((true, 0UL), Take(900_000_000));
        Assert.Equal((true, 5UL), Take(900_000_005));
        Assert.False(Take(899_999_999).Possible && Take(900_000_005).Told > 20);
    }

    [Fact]
    public void Take_SeveralCounters_EachForItself()
    {
        var counters = new SteadyCounters(2);
        ulong[] readings = [10, 10];
        counters.Take(readings, 100);
        readings = [20, 5000];
        Assert.False(counters.Take(readings, 100));
        Assert.Equal([20, 10], readings);
    }

    private (bool Possible, ulong Told) Take(ulong reading)
    {
        Span<ulong> readings = [reading];
        return (_counters.Take(readings, most: 100, mostFirst: 10_000), readings[0]);
    }
}

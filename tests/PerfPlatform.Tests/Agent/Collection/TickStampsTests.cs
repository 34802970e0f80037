using PerfPlatform.Agent.Collection;
using Xunit;

namespace PerfPlatform.Tests.Agent.Collection;

/// <summary>Even times for ticks that come nearly evenly.</summary>
public sealed class TickStampsTests
{
    private static readonly DateTimeOffset Start = DateTimeOffset.FromUnixTimeMilliseconds(1_790_000_000_123).AddTicks(4567);

    [Fact]
    public void Next_TicksThatComeALittleLate_HaveEvenSteps()
    {
        var random = new Random(7);
        var stamps = new TickStamps(TimeSpan.FromSeconds(1));
        for (var n = 0; n < 1000; n++)
        {
            var late = TimeSpan.FromMilliseconds(n == 0 ? 0 : random.NextDouble() * 1.9);
            Assert.Equal(Start.AddSeconds(n), stamps.Next(Start.AddSeconds(n) + late));
        }
    }

    [Fact]
    public void Next_TickThatComesFarTooLate_HasItsOwnTimeAndTheNextTheirs()
    {
        var stamps = new TickStamps(TimeSpan.FromSeconds(1));
        Assert.Equal(Start, stamps.Next(Start));
        Assert.Equal(Start.AddMilliseconds(1060), stamps.Next(Start.AddMilliseconds(1060)));
        Assert.Equal(Start.AddMilliseconds(2002), stamps.Next(Start.AddMilliseconds(2002)));
        Assert.Equal(Start.AddMilliseconds(3002), stamps.Next(Start.AddMilliseconds(3001)));
    }

    [Fact]
    public void Next_TicksWereSkipped_StaysEven()
    {
        var stamps = new TickStamps(TimeSpan.FromSeconds(1));
        Assert.Equal(Start, stamps.Next(Start));
        Assert.Equal(Start.AddSeconds(11), stamps.Next(Start.AddMilliseconds(11_001)));
    }

    [Fact]
    public void Next_ClockIsSet_FollowsIt()
    {
        var stamps = new TickStamps(TimeSpan.FromSeconds(1));
        Assert.Equal(Start, stamps.Next(Start));
        Assert.Equal(Start.AddHours(-1), stamps.Next(Start.AddHours(-1)));
        Assert.Equal(Start.AddHours(-1).AddSeconds(1), stamps.Next(Start.AddHours(-1).AddMilliseconds(1001)));
    }

    [Fact]
    public void Next_ShortInterval_ToleratesAHundredthOfIt()
    {
        var stamps = new TickStamps(TimeSpan.FromMilliseconds(100));
        Assert.Equal(Start, stamps.Next(Start));
        Assert.Equal(Start.AddMilliseconds(100), stamps.Next(Start.AddMilliseconds(100.9)));
        Assert.Equal(Start.AddMilliseconds(203), stamps.Next(Start.AddMilliseconds(203)));
    }
}

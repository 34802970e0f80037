using PerfPlatform.Agent.Delivery;
using Xunit;

namespace PerfPlatform.Tests.Agent.Delivery;

/// <summary>Pauses after failures.</summary>
public class RetryPauseTests
{
    [Fact]
    public void Next_ManyFailures_GrowsToTheBound()
    {
        var pause = new RetryPause(new Random(1));
        var seconds = Enumerable.Range(0, 20).Select(_ => pause.Next(null).TotalSeconds).ToList();
        for (var i = 0; i < seconds.Count; i++)
            Assert.InRange(seconds[i], Math.Min(10, 0.5 * Math.Pow(2, i)) / 2, Math.Min(10, 0.5 * Math.Pow(2, i)));
        pause.Reset();
        Assert.InRange(pause.Next(null).TotalSeconds, 0.25, 0.5);
    }

    [Theory]
    [InlineData(20, 20)]
    [InlineData(100_000, 300)]
    public void Next_ServerAsks_WaitsAsLongWithinReason(int asked, int expected) =>
        Assert.Equal(expected, new RetryPause(new Random(1)).Next(TimeSpan.FromSeconds(asked)).TotalSeconds);
}

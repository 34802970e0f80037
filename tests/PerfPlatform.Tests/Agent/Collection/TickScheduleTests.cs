using FsCheck.Xunit;
using PerfPlatform.Agent.Collection;
using Xunit;

namespace PerfPlatform.Tests.Agent.Collection;

/// <summary>The schedule: no drift, no bursts.</summary>
public class TickScheduleTests
{
    [Property]
    public void Advance_AnyDelays_StaysOnTheGridAndCountsEveryTick(ushort[] delays)
    {
        const long start = 1000, interval = 100;
        var schedule = new TickSchedule(start, interval);
        long ran = 0, skipped = 0;
        foreach (var delay in delays)
        {
            var now = schedule.Due + delay;
            skipped += schedule.Advance(now);
            ran++;
            Assert.Equal(0, (schedule.Due - start) % interval);
            Assert.InRange(schedule.Due, now + 1, now + interval);
        }

        // Each moment of the grid was either run or counted as skipped.
        Assert.Equal((schedule.Due - start) / interval, ran + skipped);
    }

    [Fact]
    public void Advance_OnTime_SkipsNothing()
    {
        var schedule = new TickSchedule(0, 10);
        Assert.Equal(0, schedule.Advance(0));
        Assert.Equal(10, schedule.Due);
        Assert.Equal(0, schedule.Advance(19));
        Assert.Equal(20, schedule.Due);
        Assert.Equal(2, schedule.Advance(45));
        Assert.Equal(50, schedule.Due);
    }
}

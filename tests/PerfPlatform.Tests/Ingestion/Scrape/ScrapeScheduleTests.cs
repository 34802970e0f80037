using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Ingestion.Scrape.Coordination;
using PerfPlatform.Ingestion.Scrape.Targets;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.Scrape;

public sealed class ScrapeScheduleTests
{
    [Property(MaxTest = 2000)]
    public void Next_AnyTime_IsTheNextPlaceOfTheTarget(DoNotSize<uint> time, ushort step, NonEmptyString id)
    {
        var (now, interval) = ((long)time.Item, step + 100L);
        var offset = ScrapeSchedule.Offset(id.Get, interval);
        Assert.InRange(offset, 0, interval - 1);
        var next = ScrapeSchedule.Next(now, 0, interval, offset);
        Assert.InRange(next - now, 1, interval);
        Assert.Equal(offset, next % interval);
        // Set back a little, the clock brings no place twice; set back far, it does.
        Assert.Equal(next + interval, ScrapeSchedule.Next(next - 1, next, interval, offset));
        Assert.Equal(next - (3 * interval), ScrapeSchedule.Next(next - (3 * interval) - 1, next, interval, offset));
    }

    [Fact]
    public void Offset_OfManyTargets_IsSpreadOverTheInterval()
    {
        var tenths = Enumerable.Range(0, 1000).CountBy(i => ScrapeSchedule.Offset($"target-{i}", 15_000) / 1500).ToDictionary();
        Assert.Equal(10, tenths.Count);
        Assert.All(tenths.Values, count => Assert.InRange(count, 50, 150));
    }

    [Fact]
    public void Of_WithOneMemberMore_MovesItsShareAndNoOther()
    {
        string[] two = ["a", "b"], three = ["c", "b", "a"];
        var targets = Enumerable.Range(0, 900).Select(i => $"t{i}").ToList();
        var moved = targets.Where(t => TargetOwner.Of(t, two) != TargetOwner.Of(t, three)).ToList();
        Assert.InRange(moved.Count, 200, 400);
        Assert.All(moved, t => Assert.Equal("c", TargetOwner.Of(t, three)));
        Assert.InRange(targets.Count(t => TargetOwner.Of(t, two) == "a"), 350, 550);
    }
}

using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Analysis.Queries;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Queries;

/// <summary>Which source answers which stretch of a range.</summary>
public sealed class SourceSelectionTests
{
    private const long Hour = 3_600_000;
    private const long Day = 1_790_035_200_000; // midnight

    [Fact]
    public void Of_StepOfMinutes_TakesMinutesOfFinalHoursAndRawForTheRest()
    {
        var selection = Select("1m", Day - 1500, Day + (2 * Hour) + 90_500, isFinal: hour => hour != Day + Hour);

        Assert.Equal(
            [
                new SourceSection(Day - 1500, Day, false),
                new SourceSection(Day, Day + Hour, true),
                new SourceSection(Day + Hour, Day + (2 * Hour), false),
                new SourceSection(Day + (2 * Hour), Day + (2 * Hour) + 60_000, true),
                new SourceSection(Day + (2 * Hour) + 60_000, Day + (2 * Hour) + 90_500, false),
            ],
            selection.Sections);
    }

    [Theory]
    [InlineData("30s", Aggregation.Avg, null, false)]
    [InlineData("90s", Aggregation.Avg, null, false)]
    [InlineData("1m", Aggregation.Last, null, true)]
    [InlineData("5m", null, null, true)]
    [InlineData("5m", Aggregation.P95, null, false)]
    [InlineData("5m", Aggregation.Sum, SeriesFunction.Increase, false)]
    [InlineData("1h", Aggregation.Max, null, true)]
    public void Of_WhileRawIsKept_TakesRollupsOnlyWhereTheyAreExact(string step, Aggregation? aggregation, SeriesFunction? function, bool expected)
    {
        var selection = Select(step, Day, Day + Hour, aggregation: aggregation, function: function);

        Assert.Equal(expected, selection.HasRollups);
        Assert.False(selection.IsAveraged);
    }

    [Theory]
    [InlineData("30s", Aggregation.Avg, null, false, false)]
    [InlineData("1m", Aggregation.Avg, null, true, false)]
    [InlineData("1m", Aggregation.P99, null, true, true)]
    [InlineData("1h", Aggregation.Sum, SeriesFunction.Increase, true, true)]
    [InlineData("1h", Aggregation.Max, SeriesFunction.Increase, false, false)]
    [InlineData("1h", null, SeriesFunction.Rate, true, true)]
    [InlineData("1h", null, SeriesFunction.Delta, false, false)]
    public void Of_WhereRawHasGone_TakesWhatComesNear(string step, Aggregation? aggregation, SeriesFunction? function, bool rollups, bool averaged)
    {
        var selection = Select(step, Day + 500, Day + (2 * Hour) + 500, rawFrom: Day + (24 * Hour), aggregation: aggregation, function: function, isFinal: _ => false);

        Assert.Equal((rollups, averaged), (selection.HasRollups, selection.IsAveraged));
    }

    [Fact]
    public void Of_MinutesThatAreInMemory_AreDecodedInstead()
    {
        Assert.False(Select("1m", Day, Day + Hour, memoryFrom: Day).HasRollups);
        Assert.True(Select("1h", Day, Day + Hour, memoryFrom: Day).HasRollups);
    }

    [Property(MaxTest = 500)]
    public bool Of_AnyRange_CoversItWithoutGapOrOverlap(int from, PositiveInt length, PositiveInt stepMinutes, int finalHours, int rawFrom)
    {
        var (start, end) = (Day + (from % 100_000_000L), Day + (from % 100_000_000L) + length.Get + 1);
        var selection = Select($"{stepMinutes.Get % 200 + 1}m", start, end, rawFrom: Day + (rawFrom % 100_000_000L), isFinal: hour => (finalHours >> (int)(hour / Hour % 31) & 1) != 0);

        // A slot that was cut off where raw samples have gone counts as a whole.
        var sections = selection.Sections;
        return sections[0].From <= start && start - sections[0].From < Hour && sections[^1].To >= end && sections[^1].To - end < Hour
            && sections.All(s => s.From < s.To) && sections.Zip(sections.Skip(1)).All(pair => pair.First.To == pair.Second.From);
    }

    [Fact]
    public void Query_OfPercentilesWhereRawHasGone_AnswersWithAverages()
    {
        using var store = new MemoryStore(MetricKind.Counter);
        store.Write(new BatchStamp(1, 1, 1), [.. Enumerable.Range(0, 7200).Select(i => (LabelSet.Empty, Day + (i * 1000L), (double)i))]);
        store.Flush();
        RangePlan Plan(Aggregation? aggregation, SeriesFunction? function) => RangePlan.Of(new RangeQuery
        {
            Selector = SeriesSelector.Of("m"),
            From = DateTimeOffset.FromUnixTimeMilliseconds(Day),
            To = DateTimeOffset.FromUnixTimeMilliseconds(Day + (2 * Hour)),
            Step = TimeSpan.FromHours(1),
            Aggregation = aggregation,
            Function = function,
        });

        var percentiles = Assert.Single(store.Query(Plan(Aggregation.P50, null), rawFrom: Day + Hour)).Values;
        var rates = Assert.Single(store.Query(Plan(null, SeriesFunction.Rate), rawFrom: Day + Hour)).Values;

        Assert.Equal([1799.5, 5399.5], percentiles); // the mean of the first hour, the median of the second
        Assert.Equal(3599 / 3600.0, rates[0]);
        Assert.Equal(1, rates[1]);
    }

    [Fact]
    public void Of_RangeThatReachesFarIntoTheFuture_AsksForNoHourThatIsNotOver()
    {
        var asked = new List<long>();

        var sources = Select("1h", Day, 250_000_000_000_000, writtenTo: Day + (2 * Hour) + 1, isFinal: hour =>
        {
            asked.Add(hour);
            return hour < Day + (2 * Hour);
        });

        Assert.Equal([Day, Day + Hour, Day + (2 * Hour)], asked);
        Assert.Equal([new SourceSection(Day, Day + (2 * Hour), true), new SourceSection(Day + (2 * Hour), 250_000_000_000_000, false)], sources.Sections);
    }

    private static SourceSelection Select(
        string step, long from, long to, long rawFrom = 0, long memoryFrom = long.MaxValue, long writtenTo = long.MaxValue, Func<long, bool>? isFinal = null, Aggregation? aggregation = null, SeriesFunction? function = null) =>
        SourceSelection.Of(
            RangePlan.Of(new RangeQuery
            {
                Selector = SeriesSelector.Of("m"),
                From = DateTimeOffset.FromUnixTimeMilliseconds(from),
                To = DateTimeOffset.FromUnixTimeMilliseconds(to),
                Step = DurationText.Parse(step),
                Aggregation = aggregation,
                Function = function,
            }),
            new SourceLimits(rawFrom, memoryFrom, writtenTo, isFinal ?? (_ => true)));
}

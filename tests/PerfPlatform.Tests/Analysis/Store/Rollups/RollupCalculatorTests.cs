using FsCheck.Xunit;
using PerfPlatform.Analysis.Store.Rollups;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Rollups;

/// <summary>The minutes of an hour, against a slow reference and by example.</summary>
public sealed class RollupCalculatorTests
{
    private const long Start = RollupHour.Start;

    [Property(MaxTest = 500, Arbitrary = [typeof(RollupHour)])]
    public void Calculate_OfAnyHour_SaysWhatTheReferenceSays(RollupHour hour)
    {
        var minutes = Calculate(hour);
        var expected = RollupReference.Minutes(hour);
        Assert.Equal(expected.Select(m => m.Slot), Enumerable.Range(0, 60).Where(i => minutes.Count[i] > 0));
        var previous = double.IsNaN(hour.Before) ? 0 : hour.Before;
        foreach (var minute in expected)
        {
            var i = minute.Slot;
            Assert.Equal(minute.Count, minutes.Count[i]);
            Assert.Equal(Bits(minute.First, minute.Last, minute.Min, minute.Max), Bits(minutes.First[i], minutes.Last[i], minutes.Min[i], minutes.Max[i]));
            AssertSum(minute.Values, minutes.Sum[i]);
            AssertClose(minute.Increase ?? double.NaN, minutes.Increase[i], minute.Values.Length * (Math.Abs(minute.Max) + Math.Abs(minute.Min) + Math.Abs(previous)));
            previous = minute.Last;
        }
    }

    [Fact]
    public void Calculate_OfDecimals_AddsExactly()
    {
        // As doubles one after another these give 0.6000000000000001.
        var minutes = Calculate(MetricKind.Gauge, double.NaN, 0, (0, 0.1), (1000, 0.2), (2000, 0.3));
        Assert.Equal(0.6, minutes.Sum[0]);
        Assert.True(double.IsNaN(minutes.Increase[0]));
    }

    [Fact]
    public void Calculate_OfACounterThatFalls_CountsFromZero()
    {
        var minutes = Calculate(MetricKind.Counter, 90, 59, (0, 100), (30_000, 4), (60_000, 10), (120_000, 3));
        Assert.Equal([10 + 4, 6, 3], minutes.Increase[..3].ToArray());
    }

    [Theory]
    [InlineData(59, 4, 20)] // five minutes later: still the same counter
    [InlineData(59, 5, 0)]
    [InlineData(-1, 0, 0)] // nothing is known of the hour before
    public void Calculate_AfterASilence_StartsAnewWhenItWasLongerThanFiveMinutes(int beforeSlot, int slot, double increase)
    {
        var minutes = Calculate(MetricKind.Counter, beforeSlot < 0 ? double.NaN : 80, Math.Max(beforeSlot, 0), (slot * 60_000L, 100));
        Assert.Equal(increase, minutes.Increase[slot]);
    }

    [Fact]
    public void Calculate_OfASilenceWithinTheHour_StartsAnewToo()
    {
        var minutes = Calculate(MetricKind.Counter, double.NaN, 0, (0, 1), (300_000, 3), (660_000, 9), (661_000, 10));
        Assert.Equal((0, 2, 1), (minutes.Increase[0], minutes.Increase[5], minutes.Increase[11]));
    }

    [Fact]
    public void Calculate_OfMarkersAndNothing_IsEmpty()
    {
        var minutes = Calculate(MetricKind.Gauge, double.NaN, 0, (5, double.NaN), (6, BitConverter.UInt64BitsToDouble(0x7FF0_0000_0000_0002)));
        Assert.Equal((-1, -1), (minutes.FirstSlot, minutes.LastSlot));
    }

    [Fact]
    public void Calculate_OfAnUnknownKindThatFallsAllTheTime_HasNoIncrease()
    {
        var samples = Enumerable.Range(0, 60).Select(i => (i * 1000L, (double)(i % 2))).ToArray();
        Assert.True(double.IsNaN(Calculate(MetricKind.Unknown, double.NaN, 0, samples).Increase[0]));
        Assert.Equal(30, Calculate(MetricKind.Counter, double.NaN, 0, samples).Increase[0]);
    }

    internal static RollupColumns Calculate(RollupHour hour)
    {
        var minutes = new RollupColumns { Start = Start };
        new RollupCalculator().Calculate(minutes, hour.Kind, hour.Times, hour.Values, hour.Before, hour.BeforeSlot);
        return minutes;
    }

    private static RollupColumns Calculate(MetricKind kind, double before, int beforeSlot, params (long Time, double Value)[] samples) =>
        Calculate(new RollupHour(kind, [.. samples.Select(s => Start + s.Time)], [.. samples.Select(s => s.Value)], before, beforeSlot));

    private static long[] Bits(params double[] values) => Array.ConvertAll(values, BitConverter.DoubleToInt64Bits);

    /// <summary>The sum is exact where decimals are, and otherwise no further off than adding doubles is.</summary>
    private static void AssertSum(double[] values, double actual) => AssertClose(values.Sum(), actual, values.Sum(Math.Abs));

    private static void AssertClose(double expected, double actual, double magnitude)
    {
        if (double.IsFinite(expected) && double.IsFinite(magnitude)) Assert.InRange(Math.Abs(actual - expected), 0, 1e-12 * magnitude);
        else if (double.IsFinite(magnitude)) Assert.Equal(expected, actual);
    }
}

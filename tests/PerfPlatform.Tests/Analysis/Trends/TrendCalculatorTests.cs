using PerfPlatform.Analysis.Trends;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Trends;

public sealed class TrendCalculatorTests
{
    [Fact]
    public void Estimate_StraightLine_FindsItExactly()
    {
        var trend = TrendCalculator.Estimate(Series(120, i => 5 + (3.0 * i / 60)))!;

        Assert.Equal(TrendDirection.Rising, trend.Direction);
        Assert.Equal(3, trend.SlopePerHour, 9);
        Assert.Equal(3, trend.SlopeLow, 9);
        Assert.Equal(3, trend.SlopeHigh, 9);
        Assert.Equal(5, trend.Start, 9);
        Assert.Equal(5 + (3.0 * 119 / 60), trend.End, 9);
        Assert.Equal(TimeSpan.FromMinutes(119), trend.Span);
        Assert.True(trend.PValue < 1e-6);
    }

    [Fact]
    public void Estimate_ConstantSeries_IsFlat()
    {
        var trend = TrendCalculator.Estimate(Series(60, _ => 7))!;

        Assert.Equal(TrendDirection.Flat, trend.Direction);
        Assert.Equal(0, trend.SlopePerHour);
        Assert.Equal(1, trend.PValue);
        Assert.Equal(7, trend.End);
    }

    [Fact]
    public void Estimate_FallingLineWithWildOutliers_KeepsTheSlope()
    {
        var noise = new Random(3);
        var trend = TrendCalculator.Estimate(Series(200, i => 100 - (6.0 * i / 60) + (i % 10 == 0 ? 500 : 0) + (noise.NextDouble() - 0.5)))!;

        Assert.Equal(TrendDirection.Falling, trend.Direction);
        Assert.InRange(trend.SlopePerHour, -6.4, -5.6);
        Assert.InRange(-6, trend.SlopeLow, trend.SlopeHigh);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(9)]
    public void Estimate_TooFewPoints_SaysNothing(int points) => Assert.Null(TrendCalculator.Estimate(Series(points, i => i)));

    [Fact]
    public void Estimate_AllPointsAtOneTime_SaysNothing() =>
        Assert.Null(TrendCalculator.Estimate(new SeriesPoints(new double[20], [.. Enumerable.Range(0, 20).Select(i => (double)i)])));

    [Fact]
    public void Estimate_DayAtOneSecond_ComparesAtMostFiveHundredPoints()
    {
        var noise = new Random(5);
        var trend = TrendCalculator.Estimate(Series(86_400, i => (0.01 * i) + noise.NextDouble(), TimeSpan.FromSeconds(1)))!;

        Assert.InRange(trend.Points, 10, TrendCalculator.MostPoints);
        Assert.Equal(36, trend.SlopePerHour, 1);
    }

    [Fact]
    public void Estimate_CurveThatOnlyRises_IsRising() => Assert.Equal(TrendDirection.Rising, TrendCalculator.Estimate(Series(60, i => i * i))!.Direction);

    // Simulated with a fixed seed; 5 % is the promise for independent noise. For strongly correlated noise no test of this length keeps
    // it exactly: what is asserted is how far the correction gets, against 40 % and more without it.
    [Theory]
    [InlineData(0.0, 60, 0.07)]
    [InlineData(0.0, 500, 0.08)]
    [InlineData(0.5, 60, 0.09)]
    [InlineData(0.5, 500, 0.08)]
    [InlineData(0.9, 500, 0.09)]
    [InlineData(0.97, 500, 0.12)]
    public void Estimate_NoiseWithoutTrend_RarelyClaimsOne(double correlation, int length, double atMost)
    {
        var random = new Random(20260101);
        var runs = 60_000 / length > 600 ? 600 : 150;
        var claimed = 0;
        for (var run = 0; run < runs; run++)
        {
            var value = Normal(random) / Math.Sqrt(1 - (correlation * correlation));
            var trend = TrendCalculator.Estimate(Series(length, _ => value = (correlation * value) + Normal(random)))!;
            if (trend.Direction != TrendDirection.Flat) claimed++;
        }

        Assert.True(claimed <= atMost * runs, $"{100.0 * claimed / runs:0.0} % of series without a trend were said to have one.");
    }

    // The other side of caution: a trend of one noise deviation over the period is still found.
    [Theory]
    [InlineData(0.0, 120, 2.0)]
    [InlineData(0.5, 300, 3.0)]
    [InlineData(0.9, 500, 8.0)]
    public void Estimate_NoiseWithTrend_MostlyFindsItAndCoversTheSlope(double correlation, int length, double rise)
    {
        var random = new Random(7);
        const int runs = 100;
        int found = 0, covered = 0;
        var slope = rise / (length / 60.0);
        for (var run = 0; run < runs; run++)
        {
            var value = Normal(random) / Math.Sqrt(1 - (correlation * correlation));
            var trend = TrendCalculator.Estimate(Series(length, i => (value = (correlation * value) + Normal(random)) + (slope * i / 60)))!;
            if (trend.Direction == TrendDirection.Rising) found++;
            if (trend.SlopeLow <= slope && slope <= trend.SlopeHigh) covered++;
        }

        Assert.True(found >= 0.9 * runs, $"found {found} of {runs}");
        Assert.True(covered >= 0.88 * runs, $"covered {covered} of {runs}");
    }

    private static SeriesPoints Series(int count, Func<int, double> value, TimeSpan? step = null)
    {
        var hours = (step ?? TimeSpan.FromMinutes(1)).TotalHours;
        return new SeriesPoints([.. Enumerable.Range(0, count).Select(i => i * hours)], [.. Enumerable.Range(0, count).Select(value)]);
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}

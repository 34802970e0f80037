using PerfPlatform.Analysis.Forecasts;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Forecasts;

/// <summary>Each model on a history for which its answer is known by hand.</summary>
public sealed class ForecastModelsTests
{
    // Two seasons of three: 1 2 3, 3 4 5.
    private static readonly double[] s_history = [1, 2, 3, 3, 4, 5];

    [Fact]
    public void Profile_LastSeason_IsRepeated() => Assert.Equal([3, 4, 5, 3], Of(new SeasonalProfile(3, 0, LevelMove.None, 3, 0), 4));

    [Fact]
    public void Profile_OlderSeasonsWeighLess() => Assert.Equal([(3 + 0.5) / 1.5, (4 + 1) / 1.5, (5 + 1.5) / 1.5], Of(new SeasonalProfile(3, 0.5, LevelMove.None, 3, 0), 3), Near);

    [Fact]
    public void Profile_MovedToTheNewestLevel() => Assert.Equal([3, 4, 5], Of(new SeasonalProfile(3, 0.5, LevelMove.Shift, 3, 0), 3), Near);

    // The season before the last says 2 of the last value, which was 5: half of the rest of 2 is left, then a quarter.
    [Fact]
    public void Profile_LastErrorIsCarriedOn() => Assert.Equal([3 + 1, 4 + 0.5, 5 + 0.25], Of(new SeasonalProfile(3, 0, LevelMove.None, 3, 0.5), 3), Near);

    [Fact]
    public void Median_OfTheSeasons() => Assert.Equal([2, 3, 4, 2], Of(new SeasonalMedian(3, 9), 4));

    [Fact]
    public void Trend_WithoutOne_IsTheLastValue() => Assert.Equal([5, 5], Of(new DampedTrend(1, 0, 0), 2));

    [Fact]
    public void Drift_OfALine_GoesOn() => Assert.Equal([6, 7, 8], Continued(new Drift(10), [1, 2, 3, 4, 5], 3), Near);

    [Fact]
    public void Regression_OfAnAlternation_FindsIt()
    {
        var history = Enumerable.Range(0, 60).Select(t => t % 2 == 0 ? 1.0 : 3.0).ToArray();
        var forecast = Continued(new SeasonalRegression([1, 2], 1), history, 4);
        for (var k = 0; k < 4; k++) Assert.Equal(k % 2 == 0 ? 1 : 3, forecast[k], 0.05);
    }

    [Fact]
    public void Regression_ThatExplodes_StaysWithinHalfOfTheRangeBeyond()
    {
        var history = Enumerable.Range(0, 40).Select(t => Math.Pow(1.5, t)).ToArray();
        Assert.All(Continued(new SeasonalRegression([1], 1), history, 30), value => Assert.InRange(value, -history[^1], 1.5 * history[^1]));
    }

    [Fact]
    public void Smoothing_OfItsOwnSeasons_RepeatsThem()
    {
        var history = Enumerable.Range(0, 36).Select(t => (double)(t % 3) + (t % 6 >= 3 ? 10 : 0)).ToArray();
        Assert.Equal([0, 1, 2, 10, 11, 12], Continued(new DoubleSeasonalSmoothing(3, 6, 0, 0.1, 0.1), history, 6), Near);
    }

    [Fact]
    public void Logarithm_OfGrowthByAFactor_GrowsByIt()
    {
        var history = Enumerable.Range(0, 20).Select(t => 1000 * Math.Pow(1.1, t)).ToArray();
        var forecast = Continued(new Logarithmic(new Drift(20)), history, 3);
        for (var k = 0; k < 3; k++) Assert.Equal(1, forecast[k] / (1000 * Math.Pow(1.1, 20 + k)), 0.01);
    }

    [Fact]
    public void Logarithm_OfWhatFallsBelowNothing_IsTheModelItself() =>
        Assert.Equal(Continued(new Drift(10), [-1, 2, 3], 2), Continued(new Logarithmic(new Drift(10)), [-1, 2, 3], 2));

    private static double[] Of(IForecastModel model, int steps) => Continued(model, s_history, steps);

    private static double[] Continued(IForecastModel model, double[] history, int steps)
    {
        var forecast = new double[steps];
        model.Forecast(history, forecast);
        return forecast;
    }

    private static bool Near(double a, double b) => Math.Abs(a - b) < 1e-9;
}

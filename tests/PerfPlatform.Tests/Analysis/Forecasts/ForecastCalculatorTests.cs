using PerfPlatform.Analysis.Forecasts;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Forecasts;

/// <summary>What is forecast of histories whose future is known. How good it is on real ones is measured by <c>bench.sh analysis</c>.</summary>
public sealed class ForecastCalculatorTests
{
    private static readonly Seasons s_hourly = new(24, 168);

    [Fact]
    public void Estimate_DaysAndWeeks_GoOn()
    {
        var estimate = ForecastCalculator.Estimate(Values(0, 700), s_hourly, 48)!;
        for (var k = 0; k < 48; k++) Assert.Equal(Value(700 + k), estimate.Values[k], 0.5);

        static double[] Values(int from, int count) => [.. Enumerable.Range(from, count).Select(Value)];

        static double Value(int t) => 50 + (20 * Math.Sin(t * Math.PI / 12)) - (t % 168 >= 120 ? 15 : 0);
    }

    [Fact]
    public void Estimate_WhatFillsUp_GoesOnRisingWithinItsInterval()
    {
        var noise = new Random(1);
        var history = Enumerable.Range(0, 300).Select(t => 100 + (0.5 * t) + noise.NextDouble()).ToArray();
        var estimate = ForecastCalculator.Estimate(history, default, 48)!;
        for (var k = 0; k < 48; k++)
        {
            var comes = 100.5 + (0.5 * (300 + k));
            Assert.Equal(comes, estimate.Values[k], 2.0);
            Assert.InRange(comes, estimate.Low[k] - 0.5, estimate.High[k] + 0.5);
        }
    }

    [Fact]
    public void Estimate_NoiseAroundALevel_IsTheLevelAndTheIntervalHoldsMostOfIt()
    {
        var noise = new Random(2);
        var history = Enumerable.Range(0, 400).Select(_ => 10 + noise.NextDouble()).ToArray();
        var estimate = ForecastCalculator.Estimate(history, default, 40)!;
        Assert.All(estimate.Values, value => Assert.InRange(value, 10.2, 10.8));
        Assert.All(estimate.Low, low => Assert.InRange(low, 9.6, 10.2));
        Assert.All(estimate.High, high => Assert.InRange(high, 10.8, 11.4));
    }

    [Fact]
    public void Estimate_Constant_StaysWithoutAnInterval()
    {
        var estimate = ForecastCalculator.Estimate([.. Enumerable.Repeat(3.5, 30)], default, 10)!;
        Assert.All(estimate.Values.Concat(estimate.Low).Concat(estimate.High), value => Assert.Equal(3.5, value));
    }

    [Theory]
    [InlineData(23, 5)]
    [InlineData(30, 31)]
    [InlineData(30, 0)]
    public void Estimate_OfTooLittleOrTooFar_IsNone(int points, int horizon) =>
        Assert.Null(ForecastCalculator.Estimate([.. Enumerable.Range(0, points).Select(i => (double)i)], default, horizon));

    [Theory]
    [InlineData(0)]
    [InlineData(1e-9)]
    [InlineData(1e12)]
    public void Estimate_OfAnySize_IsFiniteAndOfThatSize(double size)
    {
        var noise = new Random(3);
        var history = Enumerable.Range(0, 600).Select(t => size * (noise.NextDouble() + (t % 24 == 3 ? 40 : 0))).ToArray();
        var estimate = ForecastCalculator.Estimate(history, s_hourly, 48)!;
        Assert.All(estimate.Values.Concat(estimate.Low).Concat(estimate.High), value => Assert.InRange(value, -100 * size, 100 * size));
        if (size > 0) Assert.True(estimate.Values[(3 - (600 % 24) + 24) % 24] > 20 * size);
    }

    [Fact]
    public void Estimate_SharesOfTheModels_AreThoseWithTheMost()
    {
        var estimate = ForecastCalculator.Estimate([.. Enumerable.Range(0, 700).Select(t => (double)(t % 24) + (t % 7))], s_hourly, 24)!;
        Assert.Equal(3, estimate.Models.Count);
        Assert.All(estimate.Models, model => Assert.InRange(model.Share, 0, 1));
        Assert.True(estimate.Models[0].Share >= estimate.Models[1].Share);
        Assert.Equal(12, estimate.Origins);
    }

    [Fact]
    public void Seasons_AreThoseThatTheHistoryShowsThreeTimes()
    {
        Assert.Equal(new Seasons(48, 336), Seasons.Of(1008, TimeSpan.FromMinutes(30)));
        Assert.Equal(new Seasons(48, 0), Seasons.Of(1007, TimeSpan.FromMinutes(30)));
        Assert.Equal(default, Seasons.Of(143, TimeSpan.FromMinutes(30)));
        Assert.Equal(default, Seasons.Of(1000, TimeSpan.FromHours(12)));
        Assert.Equal(default, Seasons.Of(1000, TimeSpan.FromDays(1)));
    }

    [Fact]
    public void Horizon_HasTheFinestStepsThatAreFewEnough()
    {
        Assert.Equal((48, TimeSpan.FromMinutes(30)), (ForecastHorizon.Of(TimeSpan.FromDays(1)).Count, ForecastHorizon.Of(TimeSpan.FromDays(1)).Step));
        Assert.Equal(40, ForecastHorizon.Of(TimeSpan.FromMinutes(10)).Count);
        Assert.Equal((30, TimeSpan.FromDays(1)), (ForecastHorizon.Of(TimeSpan.FromDays(30)).Count, ForecastHorizon.Of(TimeSpan.FromDays(30)).Step));
    }

    [Fact]
    public void Filled_GapsAreFilledAndWhatEndedIsNone()
    {
        Assert.Equal([1, 1, 3], ForecastHistories.Filled([null, 1, double.NaN, 3], 0)!);
        Assert.Equal([1, 2, 1, 2, 5], ForecastHistories.Filled([1, 2, null, null, 5], 2)!);
        Assert.Null(ForecastHistories.Filled([1, 2, 3, 4, 5, 6, 7, 8, null, null, null, null], 0));
        Assert.Null(ForecastHistories.Filled([1, null, null, null, 5], 0));
        Assert.Null(ForecastHistories.Filled([null, null], 0));
    }
}

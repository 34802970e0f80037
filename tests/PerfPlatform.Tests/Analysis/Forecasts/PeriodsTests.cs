using PerfPlatform.Analysis.Forecasts;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Forecasts;

/// <summary>Seasons that nobody named.</summary>
public sealed class PeriodsTests
{
    [Theory]
    [InlineData(5)]
    [InlineData(12)]
    [InlineData(60)]
    public void Of_WhatRecurs_WithNoiseAndATrend_IsHowOften(int period)
    {
        var noise = new Random(period);
        var history = Enumerable.Range(0, 400).Select(t => (t % period * 10.0 / period) + (0.05 * t) + noise.NextDouble()).ToArray();
        Assert.Equal(period, Periods.Of(history));
    }

    [Fact]
    public void Of_NoiseOrALineOrAConstantOrLittle_IsNone()
    {
        var noise = new Random(4);
        Assert.Equal(0, Periods.Of([.. Enumerable.Range(0, 400).Select(_ => noise.NextDouble())]));
        Assert.Equal(0, Periods.Of([.. Enumerable.Range(0, 400).Select(t => 2.0 * t)]));
        Assert.Equal(0, Periods.Of([.. Enumerable.Repeat(7.0, 100)]));
        Assert.Equal(0, Periods.Of([1, 2, 1, 2]));
    }
}

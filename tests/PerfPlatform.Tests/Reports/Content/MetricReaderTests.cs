using PerfPlatform.Reports.Content;
using Xunit;

namespace PerfPlatform.Tests.Reports.Content;

public sealed class MetricReaderTests
{
    [Theory]
    [InlineData(new[] { 5.0 }, 0.95, 5)]
    [InlineData(new[] { 1.0, 2.0 }, 0.5, 1.5)]
    [InlineData(new[] { 0.0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10 }, 0.95, 9.5)]
    [InlineData(new[] { 1.0, 2, 3 }, 1, 3)]
    [InlineData(new[] { 1.0, 2, 3 }, 0, 1)]
    public void Percentile_SortedValues_IsInterpolated(double[] sorted, double part, double expected) => Assert.Equal(expected, MetricReader.Percentile(sorted, part), 9);

    [Theory]
    [InlineData(1, 1)]
    [InlineData(240, 1)]
    [InlineData(86_400, 360)]
    [InlineData(86_401, 361)]
    public void Step_Period_GivesAtMostTwoHundredFortySteps(int seconds, int expected)
    {
        var from = new DateTimeOffset(2026, 5, 1, 0, 0, 0, TimeSpan.Zero);

        Assert.Equal(TimeSpan.FromSeconds(expected), MetricReader.Step(from, from.AddSeconds(seconds)));
    }
}

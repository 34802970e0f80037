using PerfPlatform.Analysis.Trends;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Trends;

public sealed class SeriesPointsTests
{
    [Fact]
    public void From_GapsAndNaN_AreLeftOut()
    {
        var points = SeriesPoints.From([0, 3_600_000, 7_200_000, 10_800_000], [null, 1, double.NaN, 3]);

        Assert.Equal([0.0, 2.0], points.Hours);
        Assert.Equal([1.0, 3.0], points.Values);
    }

    [Theory]
    [InlineData(501, 500)]
    [InlineData(10_007, 500)]
    [InlineData(50, 7)]
    public void AtMost_MorePoints_KeepsTheSumOfMeansAndTheBound(int count, int most)
    {
        var points = new SeriesPoints([.. Enumerable.Range(0, count).Select(i => i * 0.1)], [.. Enumerable.Range(0, count).Select(i => (double)i)]);

        var fewer = points.AtMost(most);

        Assert.InRange(fewer.Count, most / 2, most);
        Assert.All(fewer.Hours.Zip(fewer.Values), pair => Assert.Equal(pair.First * 10, pair.Second, 6));
        Assert.Equal(fewer.Hours.Order(), fewer.Hours);
    }

    [Fact]
    public void AtMost_FewPoints_StayAsTheyAre()
    {
        var points = new SeriesPoints([0, 1], [2, 3]);

        Assert.Same(points, points.AtMost(500));
    }
}

using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Analysis.Trends;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Trends;

public sealed class TheilSenTests
{
    [Property(MaxTest = 200)]
    public Property Slope_AnySeries_IsTheMedianOfAllPairs() => Prop.ForAll(Series(), values =>
    {
        var points = Points(values);
        Assert.Equal(SlowSlope(points), TheilSen.Of(points).Slope, 9);
    });

    [Property(MaxTest = 200)]
    public Property Slope_ShiftedAndScaled_FollowsTheScale() => Prop.ForAll(Series(), values =>
    {
        var slope = TheilSen.Of(Points(values)).Slope;
        Assert.Equal(-3 * slope, TheilSen.Of(Points([.. values.Select(v => 10 - (3 * v))])).Slope, 6);
    });

    [Property(MaxTest = 200)]
    public Property Interval_AnyVariance_HoldsTheSlopeAndGrows() => Prop.ForAll(Series(), values =>
    {
        var fit = TheilSen.Of(Points(values));
        var narrow = fit.Interval(4, 1.96);
        var wide = fit.Interval(400, 1.96);
        Assert.InRange(fit.Slope, narrow.Low - 1e-9, narrow.High + 1e-9);
        Assert.True(wide.Low <= narrow.Low && wide.High >= narrow.High);
    });

    [Property(MaxTest = 200)]
    public Property MannKendall_AnySeries_CountsAsTheSlowReference() => Prop.ForAll(Series(), values =>
    {
        var pairs = from i in Enumerable.Range(0, values.Length) from j in Enumerable.Range(0, values.Length) where i < j select Math.Sign(values[j] - values[i]);
        var ties = values.GroupBy(v => v).Sum(g => (double)g.Count() * (g.Count() - 1) * ((2 * g.Count()) + 5));
        double n = values.Length;
        var kendall = MannKendall.Of(values);

        Assert.Equal(pairs.Sum(), kendall.S);
        Assert.Equal(((n * (n - 1) * ((2 * n) + 5)) - ties) / 18, kendall.Variance, 6);
        Assert.InRange(kendall.PValue(1), 0, 1);
        Assert.True(kendall.PValue(2) >= kendall.PValue(1));
    });

    [Fact]
    public void MannKendall_PublishedExample_AgreesWithTheHandComputation()
    {
        // 10 rising values: S = 45, variance 125, z = 44 / 11.1803 = 3.9355, p = 0.0000830.
        var kendall = MannKendall.Of([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);

        Assert.Equal(45, kendall.S);
        Assert.Equal(125, kendall.Variance);
        Assert.Equal(0.0000830, kendall.PValue(1), 6);
    }

    // Small whole numbers so that ties are common.
    private static Arbitrary<double[]> Series() =>
        Gen.Choose(3, 40).SelectMany(n => Gen.ArrayOf(Gen.Choose(-20, 20).Select(v => (double)v), n)).ToArbitrary();

    private static SeriesPoints Points(double[] values) => new([.. Enumerable.Range(0, values.Length).Select(i => i * 0.25)], values);

    private static double SlowSlope(SeriesPoints points)
    {
        var slopes = (from i in Enumerable.Range(0, points.Count)
                      from j in Enumerable.Range(0, points.Count)
                      where points.Hours[j] > points.Hours[i]
                      orderby (points.Values[j] - points.Values[i]) / (points.Hours[j] - points.Hours[i])
                      select (points.Values[j] - points.Values[i]) / (points.Hours[j] - points.Hours[i])).ToList();
        return (slopes[(slopes.Count - 1) / 2] + slopes[slopes.Count / 2]) / 2;
    }
}

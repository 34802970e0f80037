namespace PerfPlatform.Analysis.Trends;

/// <summary>
/// The trend of a series: Theil-Sen slope, Mann-Kendall significance, both with what autocorrelation takes from their certainty.
/// Bounded: at most 500 points are compared, 124,750 pairs.
/// </summary>
public static class TrendCalculator
{
    /// <summary>The most points compared.</summary>
    public const int MostPoints = 500;

    /// <summary>Fewer points than this say nothing.</summary>
    public const int FewestPoints = 10;

    private const int FewestAfterThinning = 40;
    private const double ThinAbove = 0.5;
    private const double Level = 0.05;
    private const double RoundingPart = 1e-9;
    private const double Z95 = 1.959963984540054;

    /// <summary>The trend, or null where there are too few points or no time between them.</summary>
    public static TrendEstimate? Estimate(SeriesPoints points)
    {
        points = points.AtMost(MostPoints);
        if (points.Count < FewestPoints || points.Hours[^1] <= 0) return null;
        var first = points.Hours[0];
        var last = points.Hours[^1];

        var slopes = TheilSen.Of(points);
        var (intercept, residuals) = Residuals(points, slopes.Slope);
        while (points.Count >= 2 * FewestAfterThinning && Autocorrelation.AtLag(residuals, 1) > ThinAbove)
        {
            points = points.Halved();
            slopes = TheilSen.Of(points);
            (intercept, residuals) = Residuals(points, slopes.Slope);
        }

        var kendall = MannKendall.Of(points.Values);
        var widening = Autocorrelation.Widening(residuals);
        var p = kendall.PValue(widening);
        var (low, high) = slopes.Interval(kendall.Variance * widening, Z95);
        return new TrendEstimate
        {
            Direction = p >= Level || slopes.Slope == 0 ? TrendDirection.Flat : slopes.Slope > 0 ? TrendDirection.Rising : TrendDirection.Falling,
            SlopePerHour = slopes.Slope,
            SlopeLow = low,
            SlopeHigh = high,
            PValue = p,
            Tau = kendall.Pairs == 0 ? 0 : (double)kendall.S / kendall.Pairs,
            Start = intercept + (slopes.Slope * first),
            End = intercept + (slopes.Slope * last),
            Points = points.Count,
            EffectivePoints = points.Count / widening,
            Span = TimeSpan.FromHours(last - first),
        };
    }

    // What the line leaves; its intercept is the median of the values without the slope (Conover 1980).
    private static (double Intercept, double[] Residuals) Residuals(SeriesPoints points, double slope)
    {
        var residuals = new double[points.Count];
        for (var i = 0; i < residuals.Length; i++) residuals[i] = points.Values[i] - (slope * points.Hours[i]);
        var intercept = Median(residuals);
        // What is left of an exact line is rounding, which has patterns of its own.
        var rounding = RoundingPart * (points.Values.Max() - points.Values.Min());
        for (var i = 0; i < residuals.Length; i++) residuals[i] = Math.Abs(residuals[i] - intercept) <= rounding ? 0 : residuals[i] - intercept;
        return (intercept, residuals);
    }

    private static double Median(double[] values)
    {
        var sorted = values.ToArray();
        Array.Sort(sorted);
        return (sorted[(sorted.Length - 1) / 2] + sorted[sorted.Length / 2]) / 2;
    }
}

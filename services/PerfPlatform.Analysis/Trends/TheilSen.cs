namespace PerfPlatform.Analysis.Trends;

/// <summary>
/// The slopes between all pairs of points, sorted: their median is the slope of Theil (1950) and Sen (1968, J. Am. Stat. Assoc. 63, 1379-1389),
/// which up to 29 % of outliers cannot move beyond bounds; ranks around the middle bound its confidence interval.
/// </summary>
public sealed class TheilSen
{
    private readonly double[] _slopes;

    private TheilSen(double[] slopes) => _slopes = slopes;

    /// <summary>The median of the slopes; 0 where no two points differ in time.</summary>
    public double Slope => _slopes.Length == 0 ? 0 : (At((_slopes.Length - 1) / 2) + At(_slopes.Length / 2)) / 2;

    /// <summary>Compares all pairs: n (n - 1) / 2 slopes, so callers bound n.</summary>
    public static TheilSen Of(SeriesPoints points)
    {
        var slopes = new double[points.Count * (points.Count - 1) / 2];
        var n = 0;
        for (var i = 0; i < points.Count; i++)
        {
            for (var j = i + 1; j < points.Count; j++)
            {
                var apart = points.Hours[j] - points.Hours[i];
                if (apart > 0) slopes[n++] = (points.Values[j] - points.Values[i]) / apart;
            }
        }

        Array.Resize(ref slopes, n);
        Array.Sort(slopes);
        return new TheilSen(slopes);
    }

    /// <summary>Sen's interval: with C = z * sqrt(var S), the slopes of rank (N - C) / 2 and (N + C) / 2 + 1.</summary>
    /// <param name="variance">The variance of Kendall's S, corrected for ties and autocorrelation.</param>
    /// <param name="z">The normal quantile, 1.96 for 95 %.</param>
    public (double Low, double High) Interval(double variance, double z)
    {
        if (_slopes.Length == 0) return (0, 0);
        var c = z * Math.Sqrt(variance);
        var low = (int)Math.Floor((_slopes.Length - c) / 2) - 1;
        var high = (int)Math.Ceiling((_slopes.Length + c) / 2);
        return (At(low), At(high));
    }

    private double At(int rank) => _slopes[Math.Clamp(rank, 0, _slopes.Length - 1)];
}

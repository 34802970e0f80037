namespace PerfPlatform.Analysis.Trends;

/// <summary>
/// The test of Mann (1945) and Kendall (1975) for a monotonic trend. S counts the pairs that rise less those that fall;
/// without a trend it is about normal with mean 0 and the variance below (Kendall's, corrected for ties).
/// </summary>
/// <param name="S">Pairs that rise less pairs that fall.</param>
/// <param name="Variance">[n(n-1)(2n+5) - sum over groups of t equal values of t(t-1)(2t+5)] / 18.</param>
/// <param name="Pairs">n (n - 1) / 2.</param>
public readonly record struct MannKendall(long S, double Variance, long Pairs)
{
    /// <summary>Counts; n (n - 1) / 2 steps, so callers bound n.</summary>
    public static MannKendall Of(ReadOnlySpan<double> values)
    {
        var s = 0L;
        for (var i = 0; i < values.Length; i++)
        {
            for (var j = i + 1; j < values.Length; j++) s += Math.Sign(values[j] - values[i]);
        }

        var sorted = values.ToArray();
        Array.Sort(sorted);
        double n = sorted.Length;
        var variance = n * (n - 1) * ((2 * n) + 5);
        for (var i = 0; i < sorted.Length;)
        {
            var start = i;
            while (i < sorted.Length && sorted[i] == sorted[start]) i++;
            double t = i - start;
            variance -= t * (t - 1) * ((2 * t) + 5);
        }

        return new MannKendall(s, Math.Max(0, variance / 18), (long)(n * (n - 1) / 2));
    }

    /// <summary>The two-sided p-value with the continuity correction, the variance widened by <paramref name="widening"/>.</summary>
    public double PValue(double widening)
    {
        var deviation = Math.Sqrt(Variance * widening);
        if (S == 0 || deviation == 0) return 1;
        var z = (Math.Abs(S) - 1) / deviation;
        return MathNet.Numerics.SpecialFunctions.Erfc(z / Math.Sqrt(2));
    }
}

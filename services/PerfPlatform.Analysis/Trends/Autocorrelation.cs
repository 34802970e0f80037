namespace PerfPlatform.Analysis.Trends;

/// <summary>
/// How much neighbouring points repeat each other. Measured values do, and a test that takes them for independent sees trends in every wave;
/// so the variance of S is widened by n/n* of Hamed and Rao (1998, J. Hydrology 204, 182-196), and at least as for a first-order process.
/// </summary>
public static class Autocorrelation
{
    private const double Significant = 1.96;

    // (1 + 0.9) / (1 - 0.9). A series that rises with every point but not along a line leaves residuals like those of a random walk, whose widening has
    // no bound; with this one it still counts as rising.
    private const double Widest = 19;
    private const double Rounding = 1e-24;

    /// <summary>The correlation of values with those <paramref name="lag"/> places later; 0 for constant values.</summary>
    public static double AtLag(ReadOnlySpan<double> values, int lag)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        var mean = sum / values.Length;
        double covariance = 0, variance = 0;
        for (var i = 0; i < values.Length; i++)
        {
            variance += (values[i] - mean) * (values[i] - mean);
            if (i + lag < values.Length) covariance += (values[i] - mean) * (values[i + lag] - mean);
        }

        // Equal values may differ from their mean by rounding.
        return variance > Rounding * mean * mean * values.Length ? covariance / variance : 0;
    }

    /// <summary>The factor, at least 1, by which the variance of Kendall's S grows.</summary>
    /// <param name="residuals">The values without their trend.</param>
    public static double Widening(ReadOnlySpan<double> residuals) => Math.Min(Widest, Math.Max(HamedRao(residuals), FirstOrder(residuals)));

    // n/n* = 1 + 2 / (n (n-1) (n-2)) * sum (n-i)(n-i-1)(n-i-2) r(i), r over the ranks, up to the first lag that chance explains.
    private static double HamedRao(ReadOnlySpan<double> residuals)
    {
        double n = residuals.Length;
        var ranks = Ranks(residuals);
        var sum = 0.0;
        for (var lag = 1; lag < residuals.Length / 3; lag++)
        {
            var r = AtLag(ranks, lag);
            if (r * Math.Sqrt(n) < Significant) break;
            sum += (n - lag) * (n - lag - 1) * (n - lag - 2) * r;
        }

        return 1 + (2 / (n * (n - 1) * (n - 2)) * sum);
    }

    // (1 + r) / (1 - r); r with its bias towards zero after a line was taken away, about (2 + 4 r) / n (Marriott and Pope 1954), put back.
    private static double FirstOrder(ReadOnlySpan<double> residuals)
    {
        double n = residuals.Length;
        var r = AtLag(Ranks(residuals), 1);
        if (r * Math.Sqrt(n) < 1) return 1;
        r = ((n * r) + 2) / (n - 4);
        return r < 1 ? (1 + r) / (1 - r) : Widest;
    }

    private static double[] Ranks(ReadOnlySpan<double> values)
    {
        var keys = values.ToArray();
        var order = new int[keys.Length];
        for (var i = 0; i < order.Length; i++) order[i] = i;
        Array.Sort(keys, order);
        var ranks = new double[keys.Length];
        for (var i = 0; i < keys.Length;)
        {
            var start = i;
            while (i < keys.Length && keys[i] == keys[start]) i++;
            for (var k = start; k < i; k++) ranks[order[k]] = (start + i - 1) / 2.0;
        }

        return ranks;
    }
}

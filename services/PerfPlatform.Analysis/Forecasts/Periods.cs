namespace PerfPlatform.Analysis.Forecasts;

/// <summary>Finds a season that nobody named, for example of a job that runs every ten minutes.</summary>
public static class Periods
{
    // Below, what recurs explains less than what does not.
    private const double Clear = 0.5;

    // Peaks at twice the season are as high: the first that is nearly the highest is the season.
    private const double Nearly = 0.9;
    private const int Shortest = 3;

    // What is left of an exact line is rounding, which has patterns of its own.
    private const double Rounding = 1e-18;
    private const int SeenAtLeast = 4;

    /// <summary>The season in steps, or 0: the first clear peak of the autocorrelation of what a straight line leaves.</summary>
    public static int Of(ReadOnlySpan<double> history)
    {
        var most = history.Length / SeenAtLeast;
        if (most <= Shortest) return 0;
        var (rest, all) = WithoutLine(history);
        var variance = 0.0;
        foreach (var value in rest) variance += value * value;
        if (variance <= Rounding * all) return 0;
        var correlation = new double[most + 2];
        for (var lag = 1; lag < correlation.Length; lag++)
        {
            // Of as many products as there are: those of long lags are fewer.
            for (var t = lag; t < rest.Length; t++) correlation[lag] += rest[t] * rest[t - lag];
            correlation[lag] *= rest.Length / (variance * (rest.Length - lag));
        }

        var highest = 0.0;
        for (var lag = Shortest; lag <= most; lag++)
        {
            if (IsPeak(correlation, lag)) highest = Math.Max(highest, correlation[lag]);
        }

        for (var lag = Shortest; highest >= Clear && lag <= most; lag++)
        {
            if (IsPeak(correlation, lag) && correlation[lag] >= Nearly * highest) return lag;
        }

        return 0;
    }

    private static bool IsPeak(double[] values, int at) => values[at] >= values[at - 1] && values[at] > values[at + 1];

    private static (double[] Residuals, double Variance) WithoutLine(ReadOnlySpan<double> history)
    {
        var (middle, mean, all, up, across) = ((history.Length - 1) / 2.0, 0.0, 0.0, 0.0, 0.0);
        foreach (var value in history) mean += value / history.Length;
        for (var t = 0; t < history.Length; t++)
        {
            all += (history[t] - mean) * (history[t] - mean);
            up += (t - middle) * (history[t] - mean);
            across += (t - middle) * (t - middle);
        }

        var rest = new double[history.Length];
        for (var t = 0; t < rest.Length; t++) rest[t] = history[t] - mean - (up / across * (t - middle));
        return (rest, all);
    }
}

namespace PerfPlatform.Benchmarks.Forecasts;

/// <summary>Naive2, what the M4 competition measures by: the last value, of a series with a season the last value without its season (classical multiplicative decomposition).</summary>
internal static class M4Naive
{
    private const double Significant = 1.645;

    public static double[] Forecast(ReadOnlySpan<double> history, int period, int horizon)
    {
        var seasons = IsSeasonal(history, period) ? Seasons(history, period) : [.. Enumerable.Repeat(1.0, period)];
        var last = seasons[(history.Length - 1) % period];
        var level = last == 0 ? history[^1] : history[^1] / last;
        var forecast = new double[horizon];
        for (var k = 0; k < horizon; k++) forecast[k] = level * seasons[(history.Length + k) % period];
        return forecast;
    }

    private static bool IsSeasonal(ReadOnlySpan<double> history, int period)
    {
        if (history.Length < 3 * period) return false;
        double mean = 0, variance = 0, sum = 1;
        foreach (var value in history) mean += value / history.Length;
        foreach (var value in history) variance += (value - mean) * (value - mean);
        if (variance == 0) return false;
        for (var lag = 1; ; lag++)
        {
            var product = 0.0;
            for (var t = lag; t < history.Length; t++) product += (history[t] - mean) * (history[t - lag] - mean);
            var correlation = product / variance;
            if (lag == period) return Math.Abs(correlation) > Significant * Math.Sqrt(sum / history.Length);
            sum += 2 * correlation * correlation;
        }
    }

    private static double[] Seasons(ReadOnlySpan<double> history, int period)
    {
        var half = period / 2;
        var (sums, counts) = (new double[period], new int[period]);
        for (var t = half; t < history.Length - half; t++)
        {
            var mean = 0.0;
            for (var i = -half; i <= half; i++) mean += history[t + i] * (period % 2 == 0 && Math.Abs(i) == half ? 0.5 : 1) / period;
            if (mean == 0) continue;
            sums[t % period] += history[t] / mean;
            counts[t % period]++;
        }

        var seasons = sums.Select((sum, i) => counts[i] == 0 ? 1 : sum / counts[i]).ToArray();
        var average = seasons.Average();
        return [.. seasons.Select(season => season / average)];
    }
}

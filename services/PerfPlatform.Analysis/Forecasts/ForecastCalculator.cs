namespace PerfPlatform.Analysis.Forecasts;

/// <summary>
/// The forecast of one series: every model forecasts from moments of the history whose future is known (rolling origins, Tashman 2000), and the forecasts of all are
/// combined by how well each did there. The intervals are what the combination missed by at those moments. Pure; no parameter is of a series.
/// </summary>
public static class ForecastCalculator
{
    /// <summary>Fewer points than this say nothing.</summary>
    public const int FewestPoints = 24;

    /// <summary>The most points of a history that are looked at; older ones are left out.</summary>
    public const int MostPoints = 2000;

    // A model that errs twice as much as another has a 64th of its weight. Chosen on folds of the hourly series of the M4 competition, flat from 4 to 8.
    private const double Sharpness = 6;
    private const int MostOrigins = 12;
    private const int Named = 3;

    // What a combination misses by on the moments that chose it is less than what it will miss by.
    private const double Optimism = 1.45;
    private const double Tail = 0.025;

    /// <summary>The forecast of so many steps, or null where the history is too short for it.</summary>
    /// <param name="history">Values at equal distances, all finite, the newest last.</param>
    /// <param name="seasons">The seasons it may have.</param>
    /// <param name="horizon">How many steps, at least 1; at most as many as the history has.</param>
    public static ForecastEstimate? Estimate(ReadOnlySpan<double> history, Seasons seasons, int horizon)
    {
        if (history.Length > MostPoints) history = history[^MostPoints..];
        if (history.Length < FewestPoints || horizon < 1 || horizon > history.Length) return null;
        if (IsConstant(history)) return Constant(history[^1], horizon);

        var origins = Origins(history.Length, seasons, horizon);
        var models = ForecastModels.For(seasons, horizon);
        var errors = new double[models.Count];
        var tried = new double[models.Count][][];
        var ahead = new double[models.Count][];
        for (var m = 0; m < models.Count; m++)
        {
            ahead[m] = Continue(models[m], history, horizon);
            tried[m] = new double[origins.Length][];
            for (var o = 0; o < origins.Length; o++)
            {
                tried[m][o] = Continue(models[m], history[..origins[o]], horizon);
                errors[m] += Error(history.Slice(origins[o], horizon), tried[m][o]) / origins.Length;
            }
        }

        var shares = Shares(errors);
        var values = Combined(ahead, shares, horizon);
        var missed = new double[origins.Length][];
        var error = 0.0;
        for (var o = 0; o < origins.Length; o++)
        {
            missed[o] = Combined([.. tried.Select(t => t[o])], shares, horizon);
            for (var k = 0; k < horizon; k++)
            {
                missed[o][k] = history[origins[o] + k] - missed[o][k];
                error += Math.Abs(missed[o][k]) / (origins.Length * horizon);
            }
        }

        var (low, high) = Interval(values, missed);
        var best = shares.Select((share, m) => (models[m].Name, Share: share)).OrderByDescending(m => m.Share).Take(Named);
        return new ForecastEstimate(values, low, high, [.. best], error, origins.Length);
    }

    private static double[] Continue(IForecastModel model, ReadOnlySpan<double> history, int horizon)
    {
        var forecast = new double[horizon];
        model.Forecast(history, forecast);
        return forecast;
    }

    // Moments apart by a day, or by half a horizon, each with the whole of what the seasons need before it, at least a third of the history.
    private static int[] Origins(int points, Seasons seasons, int horizon)
    {
        var apart = seasons.Short > 0 ? seasons.Short : Math.Max(1, horizon / 2);
        var least = Math.Max(points / 3, seasons.Long > 0 ? 2 * seasons.Long : 2 * seasons.Short);
        var origins = new List<int>(MostOrigins);
        for (var origin = points - horizon; origin >= least && origins.Count < MostOrigins; origin -= apart) origins.Add(origin);
        if (origins.Count == 0) origins.Add(Math.Max(2, points - horizon));
        return [.. origins];
    }

    // Between the mean absolute error, which the largest values rule, and the symmetric percentage error, which the smallest do.
    private static double Error(ReadOnlySpan<double> seen, ReadOnlySpan<double> said)
    {
        double absolute = 0, relative = 0;
        for (var k = 0; k < seen.Length; k++)
        {
            var error = Math.Abs(seen[k] - said[k]);
            var size = Math.Abs(seen[k]) + Math.Abs(said[k]);
            absolute += error;
            if (size > 0) relative += error / size;
        }

        return Math.Sqrt(absolute * relative) / seen.Length;
    }

    private static double[] Shares(double[] errors)
    {
        var least = errors.Min();
        var shares = new double[errors.Length];
        var sum = 0.0;
        for (var m = 0; m < shares.Length; m++)
        {
            shares[m] = errors[m] <= least ? 1 : least <= 0 || !double.IsFinite(errors[m]) ? 0 : Math.Pow(least / errors[m], Sharpness);
            sum += shares[m];
        }

        for (var m = 0; m < shares.Length; m++) shares[m] /= sum;
        return shares;
    }

    private static double[] Combined(double[][] forecasts, double[] shares, int horizon)
    {
        var values = new double[horizon];
        for (var m = 0; m < forecasts.Length; m++)
        {
            if (shares[m] == 0) continue;
            for (var k = 0; k < horizon; k++) values[k] += shares[m] * forecasts[m][k];
        }

        return values;
    }

    // By the steps around each one, on all origins: as many as there are to tell the tails from chance.
    private static (double[] Low, double[] High) Interval(double[] values, double[][] missed)
    {
        var (low, high) = (new double[values.Length], new double[values.Length]);
        var reach = Math.Max(1, values.Length / 8);
        var around = new List<double>(missed.Length * ((2 * reach) + 1));
        for (var k = 0; k < values.Length; k++)
        {
            around.Clear();
            foreach (var one in missed)
            {
                for (var i = Math.Max(0, k - reach); i <= Math.Min(values.Length - 1, k + reach); i++) around.Add(one[i]);
            }

            around.Sort();
            low[k] = values[k] + Math.Min(0, Optimism * Quantile(around, Tail));
            high[k] = values[k] + Math.Max(0, Optimism * Quantile(around, 1 - Tail));
        }

        return (low, high);
    }

    private static double Quantile(List<double> sorted, double q)
    {
        var at = q * (sorted.Count - 1);
        var i = Math.Min((int)at, sorted.Count - 2);
        return sorted.Count == 1 ? sorted[0] : sorted[i] + ((at - i) * (sorted[i + 1] - sorted[i]));
    }

    private static bool IsConstant(ReadOnlySpan<double> history)
    {
        foreach (var value in history)
        {
            if (value != history[0]) return false;
        }

        return true;
    }

    private static ForecastEstimate Constant(double value, int horizon)
    {
        var values = Enumerable.Repeat(value, horizon).ToArray();
        return new ForecastEstimate(values, [.. values], [.. values], [("constant", 1)], 0, 0);
    }
}

namespace PerfPlatform.Analysis.Forecasts;

/// <summary>The models that are tried on a series.</summary>
public static class ForecastModels
{
    /// <summary>Those for a history with these seasons, the same for every such series.</summary>
    public static IReadOnlyList<IForecastModel> For(Seasons seasons, int horizon)
    {
        var (day, week) = (seasons.Short, seasons.Long);
        List<IForecastModel> models =
        [
            new DampedTrend(1, 0, 0), new DampedTrend(0.2, 0, 0), new DampedTrend(0.05, 0, 0), new DampedTrend(0.5, 0.1, 0.9), new DampedTrend(0.2, 0.05, 0.98),
            new Drift(Math.Max(10, horizon)), new Drift(Math.Max(30, 3 * horizon)),
        ];
        foreach (var lags in Lags(day, week))
        {
            foreach (var memory in new[] { 0.79, 0.93 }) // a day later, or a horizon
            {
                var regression = new SeasonalRegression(lags, Math.Pow(memory, 1.0 / (day > 0 ? day : Math.Max(horizon, 10))));
                models.Add(regression);
                models.Add(new Logarithmic(regression));
            }
        }

        foreach (var season in new[] { day, week })
        {
            if (season == 0) continue;
            foreach (var decay in new[] { 0, 0.6 })
            {
                foreach (var level in Enum.GetValues<LevelMove>())
                {
                    foreach (var carry in new[] { 0, Math.Pow(0.08, 1.0 / day) }) models.Add(new SeasonalProfile(season, decay, level, day, carry)); // a twelfth is left a day later
                }
            }

            models.Add(new SeasonalMedian(season, 3));
            models.Add(new SeasonalMedian(season, 9));
        }

        if (week > 0)
        {
            foreach (var alpha in new[] { 0, 0.02, 0.1 })
            {
                foreach (var (delta, omega) in new[] { (0.05, 0.05), (0.05, 0.4), (0.4, 0.05), (0.4, 0.4) }) models.Add(new DoubleSeasonalSmoothing(day, week, alpha, delta, omega));
            }
        }

        return models;
    }

    private static IEnumerable<int[]> Lags(int s, int l)
    {
        if (s == 0) return [[1], [1, 2, 3]];
        return l == 0
            ? [[s], [s, 2 * s, 3 * s], [s - 1, s, s + 1, 2 * s], [1, 2, 3, s - 1, s, s + 1, 2 * s]]
            :
            [
                [s, l],
                [s, 2 * s, l - s, l, l + s, 2 * l],
                [s - 1, s, s + 1, 2 * s, l - 1, l, l + 1, 2 * l],
                [.. Around(2, s), .. Around(1, 2 * s, 3 * s, l - s, l, l + s, 2 * l)],
                [1, 2, 3, .. Around(1, s, 2 * s), l - s, .. Around(1, l), l + s, .. Around(1, 2 * l)],
            ];
    }

    private static IEnumerable<int> Around(int reach, params int[] lags) => lags.SelectMany(lag => Enumerable.Range(lag - reach, (2 * reach) + 1));
}

namespace PerfPlatform.Analysis.Forecasts;

/// <summary>Makes of a column with gaps what forecasts are made of.</summary>
public static class ForecastHistories
{
    // Of which more is missing nothing is said.
    private const double MostMissing = 0.5;

    // What has been silent for longer may have ended.
    private const int MostSilent = 3;

    /// <summary>From the first value on, gaps filled with what was a day before, else with the value before; null where too much is missing or nothing is new.</summary>
    /// <param name="values">One a step, null or not finite where there is none.</param>
    /// <param name="day">A day in steps, 0 for none.</param>
    public static double[]? Filled(IReadOnlyList<double?> values, int day)
    {
        var first = First(values);
        if (first < 0) return null;
        var filled = new double[values.Count - first];
        var missing = 0;
        for (var i = 0; i < filled.Length; i++)
        {
            if (values[first + i] is { } value && double.IsFinite(value))
            {
                filled[i] = value;
                continue;
            }

            missing++;
            filled[i] = day > 0 && i >= day ? filled[i - day] : filled[i - 1];
        }

        var silent = 0;
        while (silent <= MostSilent && !IsValue(values[values.Count - silent - 1])) silent++;
        return missing > MostMissing * filled.Length || silent > MostSilent ? null : filled;
    }

    /// <summary>Where the first value is, -1 where there is none.</summary>
    public static int First(IReadOnlyList<double?> values)
    {
        for (var i = 0; i < values.Count; i++)
        {
            if (IsValue(values[i])) return i;
        }

        return -1;
    }

    private static bool IsValue(double? value) => value is { } number && double.IsFinite(number);
}

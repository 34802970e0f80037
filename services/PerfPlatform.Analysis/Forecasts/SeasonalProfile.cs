namespace PerfPlatform.Analysis.Forecasts;

/// <summary>
/// What was at the same place of the seasons before, the newer ones weighing more; moved to the level of the newest day, and with a part of the last error carried on.
/// </summary>
/// <param name="Season">Its length in steps.</param>
/// <param name="Decay">The weight of a season beside the one after it, 0 for the last alone.</param>
/// <param name="Level">How the level is moved.</param>
/// <param name="Span">Over how many steps the level is compared.</param>
/// <param name="Carry">What is left of the last error a step later, 0 for none of it.</param>
public sealed record SeasonalProfile(int Season, double Decay, LevelMove Level, int Span, double Carry) : IForecastModel
{
    private const double Negligible = 1e-3;

    /// <inheritdoc />
    public string Name => FormattableString.Invariant($"profile {Season} {Decay} {Level.ToString().ToLowerInvariant()} {Carry}");

    /// <inheritdoc />
    public void Forecast(ReadOnlySpan<double> history, Span<double> forecast)
    {
        var n = history.Length;
        var (shift, ratio) = Level == LevelMove.None || n < Span + Season ? (0, 1) : Moved(history);
        for (var k = 0; k < forecast.Length; k++) forecast[k] = (At(history, n + k) * ratio) + shift;
        if (Carry == 0 || n < 2) return;
        var error = history[n - 1] - ((At(history[..^1], n - 1) * ratio) + shift);
        for (var k = 0; k < forecast.Length; k++) forecast[k] += error *= Carry;
    }

    // The newest span against what the same profile would have said of it: of a day as it goes on from here, of a week as it was before.
    private (double Shift, double Ratio) Moved(ReadOnlySpan<double> history)
    {
        double seen = 0, said = 0;
        var before = Span == Season ? history : history[..^Span];
        for (var t = history.Length - Span; t < history.Length; t++)
        {
            seen += history[t];
            said += At(before, Span == Season ? t + Season : t);
        }

        return Level == LevelMove.Shift ? ((seen - said) / Span, 1) : (0, said > 0 && seen > 0 ? seen / said : 1);
    }

    private double At(ReadOnlySpan<double> history, int time)
    {
        double sum = 0, weights = 0;
        var weight = 1.0;
        var i = time - ((((time - history.Length) / Season) + 1) * Season);
        for (; i >= 0 && weight >= Negligible; i -= Season, weight *= Decay)
        {
            sum += weight * history[i];
            weights += weight;
        }

        return weights > 0 ? sum / weights : history[^1];
    }
}

namespace PerfPlatform.Analysis.Forecasts;

/// <summary>Exponential smoothing of a level, a day and a week, added up (Taylor 2003, J. Oper. Res. Soc. 54, 799-805; without a trend).</summary>
/// <param name="Short">The short season in steps.</param>
/// <param name="Long">The long season, a multiple of it.</param>
/// <param name="Alpha">What the level takes of an error, 0 to 1.</param>
/// <param name="Delta">What the short season takes of the rest.</param>
/// <param name="Omega">What the long season takes of the rest.</param>
public sealed record DoubleSeasonalSmoothing(int Short, int Long, double Alpha, double Delta, double Omega) : IForecastModel
{
    /// <inheritdoc />
    public string Name => FormattableString.Invariant($"smoothing {Short},{Long} {Alpha} {Delta} {Omega}");

    /// <inheritdoc />
    public void Forecast(ReadOnlySpan<double> history, Span<double> forecast)
    {
        var first = Math.Min(Long, history.Length / 2 / Short * Short);
        if (first < Short)
        {
            forecast.Fill(history[^1]);
            return;
        }

        var (day, week, level) = (new double[Short], new double[Long], 0.0);
        for (var i = 0; i < first; i++) level += history[i] / first;
        for (var i = 0; i < first; i++) day[i % Short] += (history[i] - level) / (first / Short);
        for (var i = 0; i < first; i++) week[i] = history[i] - level - day[i % Short];
        for (var t = first; t < history.Length; t++)
        {
            ref var d = ref day[t % Short];
            ref var w = ref week[t % Long];
            var error = history[t] - level - d - w;
            level += Alpha * error;
            d += Delta * (1 - Alpha) * error;
            w += Omega * (1 - Alpha) * error;
        }

        for (var k = 0; k < forecast.Length; k++)
        {
            var t = history.Length + k;
            forecast[k] = level + day[t % Short] + week[t % Long];
        }
    }
}

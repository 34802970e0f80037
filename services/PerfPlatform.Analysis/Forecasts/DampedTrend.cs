namespace PerfPlatform.Analysis.Forecasts;

/// <summary>Exponential smoothing of a level and of a trend that dies out (Gardner and McKenzie 1985); without a trend the simple one, with 1 for the level the last value.</summary>
/// <param name="Alpha">What the level takes of an error, above 0, at most 1.</param>
/// <param name="Beta">What the trend takes of it, 0 for no trend.</param>
/// <param name="Damping">What is left of the trend a step later, 0 to 1.</param>
public sealed record DampedTrend(double Alpha, double Beta, double Damping) : IForecastModel
{
    /// <inheritdoc />
    public string Name => FormattableString.Invariant($"trend {Alpha} {Beta} {Damping}");

    /// <inheritdoc />
    public void Forecast(ReadOnlySpan<double> history, Span<double> forecast)
    {
        var level = history[0];
        var trend = 0.0;
        for (var t = 1; t < history.Length; t++)
        {
            var error = history[t] - level - (Damping * trend);
            level += (Damping * trend) + (Alpha * error);
            trend = (Damping * trend) + (Beta * error);
        }

        var ahead = 0.0;
        var left = 1.0;
        for (var k = 0; k < forecast.Length; k++)
        {
            left *= Damping;
            ahead += left * trend;
            forecast[k] = level + ahead;
        }
    }
}

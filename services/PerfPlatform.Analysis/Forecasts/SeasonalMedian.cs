namespace PerfPlatform.Analysis.Forecasts;

/// <summary>The median of the values at the same place of the newest seasons: what happened once does not happen again.</summary>
/// <param name="Season">Its length in steps.</param>
/// <param name="Count">Of how many, at most 15.</param>
public sealed record SeasonalMedian(int Season, int Count) : IForecastModel
{
    /// <inheritdoc />
    public string Name => $"median {Season} of {Count}";

    /// <inheritdoc />
    public void Forecast(ReadOnlySpan<double> history, Span<double> forecast)
    {
        Span<double> values = stackalloc double[16];
        for (var k = 0; k < forecast.Length; k++)
        {
            var count = 0;
            for (var i = history.Length + k - (((k / Season) + 1) * Season); i >= 0 && count < Count; i -= Season) values[count++] = history[i];
            var seen = values[..count];
            seen.Sort();
            forecast[k] = count == 0 ? history[^1] : (seen[(count - 1) / 2] + seen[count / 2]) / 2;
        }
    }
}

using PerfPlatform.Analysis.Trends;

namespace PerfPlatform.Analysis.Forecasts;

/// <summary>The straight line through the median of what it leaves, with the slope of Theil and Sen: for what fills up.</summary>
/// <param name="Span">Over how many of the newest steps, at least 3.</param>
public sealed record Drift(int Span) : IForecastModel
{
    private const int MostPoints = 60;

    /// <inheritdoc />
    public string Name => $"drift {Span}";

    /// <inheritdoc />
    public void Forecast(ReadOnlySpan<double> history, Span<double> forecast)
    {
        var newest = history[^Math.Min(Span, history.Length)..];
        var steps = new double[newest.Length];
        for (var i = 0; i < steps.Length; i++) steps[i] = i;
        var points = new SeriesPoints(steps, newest.ToArray()).AtMost(MostPoints);
        var slope = TheilSen.Of(points).Slope;
        var rest = new double[newest.Length];
        for (var i = 0; i < rest.Length; i++) rest[i] = newest[i] - (slope * i);
        Array.Sort(rest);
        var start = (rest[(rest.Length - 1) / 2] + rest[rest.Length / 2]) / 2;
        for (var k = 0; k < forecast.Length; k++) forecast[k] = start + (slope * (newest.Length + k));
    }
}

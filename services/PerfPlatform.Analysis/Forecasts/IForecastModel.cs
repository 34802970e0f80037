namespace PerfPlatform.Analysis.Forecasts;

/// <summary>One way of looking ahead. Pure: the same history gives the same forecast.</summary>
public interface IForecastModel
{
    /// <summary>What it is called, for example <c>regression 23,24,25 log</c>.</summary>
    string Name { get; }

    /// <summary>Continues a history.</summary>
    /// <param name="history">Values at equal distances, the newest last; finite, at least two.</param>
    /// <param name="forecast">Filled: the values that come next.</param>
    void Forecast(ReadOnlySpan<double> history, Span<double> forecast);
}

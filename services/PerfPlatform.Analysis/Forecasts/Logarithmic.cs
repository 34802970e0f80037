namespace PerfPlatform.Analysis.Forecasts;

/// <summary>A model of the logarithms: where what is large varies more. As the model itself where a value is below 0.</summary>
public sealed class Logarithmic(IForecastModel model) : IForecastModel
{
    // exp of more is no number.
    private const double Largest = 700;

    /// <inheritdoc />
    public string Name => model.Name + " log";

    /// <inheritdoc />
    public void Forecast(ReadOnlySpan<double> history, Span<double> forecast)
    {
        var logs = new double[history.Length];
        double scale = 0;
        foreach (var value in history)
        {
            if (value < 0)
            {
                model.Forecast(history, forecast);
                return;
            }

            scale += value / history.Length;
        }

        if (scale <= 0) scale = 1;

        // One is added to values that are on average a hundred: the same for shares and for bytes.
        for (var i = 0; i < logs.Length; i++) logs[i] = Math.Log(1 + (100 * history[i] / scale));
        model.Forecast(logs, forecast);
        foreach (ref var value in forecast) value = (Math.Exp(Math.Min(value, Largest)) - 1) * scale / 100;
    }
}

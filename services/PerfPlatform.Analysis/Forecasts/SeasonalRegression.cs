using MathNet.Numerics.LinearAlgebra;

namespace PerfPlatform.Analysis.Forecasts;

/// <summary>
/// A regression of a value on those some steps and some seasons before it, by ridge (Hoerl and Kennard 1970) with weights that fade with age, continued step by step.
/// Bounded by half of the history's range beyond its ends.
/// </summary>
public sealed class SeasonalRegression : IForecastModel
{
    private const double Ridge = 0.0005;
    private readonly int[] _lags;
    private readonly double _memory;

    /// <summary>Takes what the model is.</summary>
    /// <param name="lags">How many steps before, each above 0.</param>
    /// <param name="memory">The weight of a point beside the one after it, above 0 and at most 1.</param>
    public SeasonalRegression(IReadOnlyList<int> lags, double memory)
    {
        _lags = [.. lags.Where(lag => lag > 0).Distinct().Order()];
        _memory = memory;
    }

    /// <inheritdoc />
    public string Name => FormattableString.Invariant($"regression {string.Join(',', _lags)} {_memory:0.####}");

    /// <inheritdoc />
    public void Forecast(ReadOnlySpan<double> history, Span<double> forecast)
    {
        var lags = Usable(history.Length);
        double sum = 0, low = double.MaxValue, high = double.MinValue;
        foreach (var value in history)
        {
            sum += value;
            low = Math.Min(low, value);
            high = Math.Max(high, value);
        }

        var mean = sum / history.Length;
        var room = (high - low) / 2;
        var values = new double[history.Length + forecast.Length];
        for (var i = 0; i < history.Length; i++) values[i] = history[i] - mean;
        var weights = lags.Length == 0 ? [] : Fit(values.AsSpan(0, history.Length), lags);
        for (var k = 0; k < forecast.Length; k++)
        {
            var next = 0.0;
            for (var i = 0; i < lags.Length; i++) next += weights[i] * values[history.Length + k - lags[i]];
            forecast[k] = Math.Clamp(mean + (double.IsFinite(next) ? next : 0), low - room, high + room);
            values[history.Length + k] = forecast[k] - mean;
        }
    }

    // Half of the history is for looking back, the other half for learning.
    private int[] Usable(int points)
    {
        var longest = _lags.Length > 0 && points - _lags[^1] >= _lags[^1] / 2 ? _lags[^1] : points / 2;
        return Array.FindAll(_lags, lag => lag <= longest);
    }

    private double[] Fit(ReadOnlySpan<double> values, int[] lags)
    {
        var m = lags.Length;
        var squares = new double[m, m];
        var products = new double[m];
        Span<double> row = stackalloc double[m];
        var weight = 1.0;
        for (var t = values.Length - 1; t >= lags[^1]; t--, weight *= _memory)
        {
            for (var i = 0; i < m; i++) row[i] = values[t - lags[i]];
            for (var i = 0; i < m; i++)
            {
                var one = weight * row[i];
                for (var j = 0; j <= i; j++) squares[i, j] += one * row[j];
                products[i] += one * values[t];
            }
        }

        // Drawn towards equal weights that add up to one, the mean of what was.
        var trace = 0.0;
        for (var i = 0; i < m; i++) trace += squares[i, i];
        var ridge = Ridge * trace / m;
        if (ridge <= 0 || !double.IsFinite(ridge)) return new double[m];
        for (var i = 0; i < m; i++)
        {
            squares[i, i] += ridge;
            products[i] += ridge / m;
            for (var j = 0; j < i; j++) squares[j, i] = squares[i, j];
        }

        return Matrix<double>.Build.DenseOfArray(squares).Cholesky().Solve(Vector<double>.Build.Dense(products)).ToArray();
    }
}

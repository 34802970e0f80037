using System.Globalization;

namespace PerfPlatform.Benchmarks.Forecasts;

/// <summary>Sums of the M4 competition's measures over series (Makridakis, Spiliotis, Assimakopoulos 2020, Int. J. Forecasting 36, 54-74).</summary>
internal sealed class M4Score
{
    private const double Alpha = 0.05;
    private double _smape;
    private double _mase;
    private double _naiveSmape;
    private double _naiveMase;
    private double _msis;
    private double _inside;
    private int _series;

    /// <summary>Symmetric mean absolute percentage error, 0 to 200.</summary>
    public double Smape => _smape / _series;

    /// <summary>Mean absolute scaled error.</summary>
    public double Mase => _mase / _series;

    /// <summary>Overall weighted average, beside <see cref="M4Naive"/>.</summary>
    public double Owa => ((_smape / _naiveSmape) + (_mase / _naiveMase)) / 2;

    /// <summary>The part of the values inside the 95 % intervals.</summary>
    public double Coverage => _inside / _series;

    /// <summary>Mean scaled interval score.</summary>
    public double Msis => _msis / _series;

    public void Add(ReadOnlySpan<double> history, ReadOnlySpan<double> seen, double[] said, double[] low, double[] high, double[] naive, int period)
    {
        var scale = 0.0;
        for (var t = period; t < history.Length; t++) scale += Math.Abs(history[t] - history[t - period]) / (history.Length - period);
        if (scale == 0) scale = 1;
        for (var k = 0; k < seen.Length; k++)
        {
            _smape += Percentage(seen[k], said[k]) / seen.Length;
            _mase += Math.Abs(seen[k] - said[k]) / scale / seen.Length;
            _naiveSmape += Percentage(seen[k], naive[k]) / seen.Length;
            _naiveMase += Math.Abs(seen[k] - naive[k]) / scale / seen.Length;
            _msis += (high[k] - low[k] + (2 / Alpha * (Math.Max(0, low[k] - seen[k]) + Math.Max(0, seen[k] - high[k])))) / scale / seen.Length;
            if (seen[k] >= low[k] && seen[k] <= high[k]) _inside += 1.0 / seen.Length;
        }

        _series++;
    }

    public override string ToString() =>
        string.Create(CultureInfo.InvariantCulture, $"OWA {Owa:0.000} sMAPE {Smape:0.00} MASE {Mase:0.000} coverage {Coverage:0.000} MSIS {Msis:0.00}");

    private static double Percentage(double seen, double said) => seen == said ? 0 : 200 * Math.Abs(seen - said) / (Math.Abs(seen) + Math.Abs(said));
}

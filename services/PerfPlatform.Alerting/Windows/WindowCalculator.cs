using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Windows;

/// <summary>
/// The value of one series over one window. Hot: no allocation once its buffers have grown. Always computed from the samples themselves:
/// running sums would drift. Not safe for several threads: the evaluator owns one.
/// </summary>
public sealed class WindowCalculator
{
    // Bounded by SampleWindow.MaxSamples * 2.
    private long[] _times = new long[256];
    private double[] _values = new double[256];

    /// <summary>How many windows were computed.</summary>
    public long Computed { get; private set; }

    /// <summary>The value over the samples after <paramref name="from"/> up to and with <paramref name="to"/>; NaN when there is none.</summary>
    public double Compute(SampleWindow window, RuleAggregation aggregation, SeriesFunction? function, double target, long from, long to)
    {
        var first = window.FirstAfter(from);
        var last = window.FirstAfter(to);
        if (first >= last) return double.NaN;
        Computed++;
        var count = function is { } applied ? GatherChanges(window, applied, from, last) : Gather(window, first, last);
        if (count == 0) return double.NaN;
        var values = _values.AsSpan(0, count);
        switch (aggregation)
        {
            case RuleAggregation.Count:
                return count;
            case RuleAggregation.Last:
                return values[^1];
            case RuleAggregation.Sum:
                return Sum(values);
            case RuleAggregation.Avg:
                return Sum(values) / count;
            case RuleAggregation.Min:
                return Least(values);
            case RuleAggregation.Max:
                return Greatest(values);
            case RuleAggregation.P50:
                return Percentile.Of(values, 0.50);
            case RuleAggregation.P95:
                return Percentile.Of(values, 0.95);
            case RuleAggregation.P99:
                return Percentile.Of(values, 0.99);
            default:
                return TimeTo(_times.AsSpan(0, count), values, target, to, (to - from) / 4);
        }
    }

    /// <summary>Until when, exclusive, <see cref="Compute"/> gives the same while nothing is put into the window and both its ends move on together.</summary>
    public static long SameUntil(SampleWindow window, RuleAggregation aggregation, SeriesFunction? function, long from, long to)
    {
        if (aggregation == RuleAggregation.TimeTo) return to;
        var until = window.SameUntil(from, to);
        return function is null ? until : Math.Min(until, window.SameUntil(from - SampleChanges.LookBack, to));
    }

    /// <summary>Copies what counts, NaN left out.</summary>
    private int Gather(SampleWindow window, int first, int last)
    {
        Reserve(last - first);
        var times = window.Times;
        var values = window.Values;
        var count = 0;
        for (var i = first; i < last; i++)
        {
            if (double.IsNaN(values[i])) continue;
            _times[count] = times[i];
            _values[count++] = values[i];
        }

        return count;
    }

    /// <summary>What the function gives within the window, as a query does it: the sample before the first is looked for as far back as there.</summary>
    private int GatherChanges(SampleWindow window, SeriesFunction function, long from, int last)
    {
        var first = window.FirstAfter(from - SampleChanges.LookBack);
        Reserve(last - first);
        var times = window.Times;
        var values = window.Values;
        var changes = new SampleChanges(function);
        var count = 0;
        for (var i = first; i < last; i++)
        {
            if (!changes.TryNext(times[i], values[i], out var change) || times[i] <= from || double.IsNaN(change)) continue;
            _times[count] = times[i];
            _values[count++] = change;
        }

        return count;
    }

    private void Reserve(int count)
    {
        if (_values.Length >= count) return;
        _values = new double[Math.Max(count, _values.Length * 2)];
        _times = new long[_values.Length];
    }

    private static double Sum(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        foreach (var value in values) sum += value;
        return sum;
    }

    private static double Least(ReadOnlySpan<double> values)
    {
        var least = values[0];
        foreach (var value in values) least = Math.Min(least, value);
        return least;
    }

    private static double Greatest(ReadOnlySpan<double> values)
    {
        var greatest = values[0];
        foreach (var value in values) greatest = Math.Max(greatest, value);
        return greatest;
    }

    /// <summary>Seconds until the least-squares line through the samples reaches the target, counted from <paramref name="at"/>.</summary>
    private static double TimeTo(ReadOnlySpan<long> times, ReadOnlySpan<double> values, double target, long at, long leastSpan)
    {
        if (times.Length < 2 || times[^1] - times[0] < leastSpan) return double.NaN;
        double meanTime = 0, meanValue = 0;
        for (var i = 0; i < times.Length; i++)
        {
            meanTime += (times[i] - at) / 1000.0;
            meanValue += values[i];
        }

        meanTime /= times.Length;
        meanValue /= times.Length;
        double together = 0, spread = 0;
        for (var i = 0; i < times.Length; i++)
        {
            var apart = ((times[i] - at) / 1000.0) - meanTime;
            together += apart * (values[i] - meanValue);
            spread += apart * apart;
        }

        var slope = together / spread;
        var missing = target - (meanValue - (slope * meanTime));
        if (missing == 0) return 0;
        var seconds = missing / slope;
        return seconds >= 0 ? seconds : double.PositiveInfinity;
    }
}

using System.Runtime.CompilerServices;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Contracts.Queries;

// Hot: every sample of a query or rule with a function passes here.

/// <summary>
/// A <see cref="SeriesFunction"/> on one raw series, sample by sample: what happened between each sample and the one before it, at the time of the later one.
/// NaN samples are as if they were not there, but for the marker that ends a series: nothing reaches across it. Queries and rules use this one.
/// </summary>
public struct SampleChanges(SeriesFunction function)
{
    /// <summary>How far before a range a function looks for the sample before the first, in milliseconds.</summary>
    public const long LookBack = 5 * 60_000;

    private long _time;
    private double _value = double.NaN;

    /// <summary>Takes the next sample.</summary>
    /// <returns>Whether there is a change to tell of.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryNext(long time, double value, out double change)
    {
        change = double.NaN;
        if (double.IsNaN(value))
        {
            if (StaleMarker.Is(value)) _value = double.NaN;
            return false;
        }

        var (previousTime, previous) = (_time, _value);
        (_time, _value) = (time, value);
        if (double.IsNaN(previous)) return false;
        change = Between(time - previousTime, previous, value);
        return true;
    }

    private readonly double Between(long milliseconds, double before, double now)
    {
        if (function == SeriesFunction.Delta) return now - before;

        // A counter that fell began again at zero.
        var increase = now < before ? now : now - before;
        return function == SeriesFunction.Rate ? increase / (milliseconds / 1000.0) : increase;
    }
}

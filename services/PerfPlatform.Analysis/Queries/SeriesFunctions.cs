using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Queries;

// Hot: every sample of a query with a function passes here.

/// <summary>
/// Functions on one raw series: what happened between each sample and the one before it, at the time of the later one. NaN samples are as if they were
/// not there, but for the marker that ends a series: nothing reaches across it.
/// </summary>
internal static class SeriesFunctions
{
    /// <summary>Replaces the samples by what the function gives.</summary>
    public static void Apply(SeriesFunction function, SampleColumns samples)
    {
        var times = samples.WritableTimes;
        var values = samples.WritableValues;
        var written = 0;
        var (previousTime, previous) = (0L, double.NaN);
        for (var i = 0; i < times.Length; i++)
        {
            var (time, value) = (times[i], values[i]);
            if (double.IsNaN(value))
            {
                if (StaleMarker.Is(value)) previous = double.NaN;
                continue;
            }

            if (!double.IsNaN(previous))
            {
                times[written] = time;
                values[written++] = Between(function, time - previousTime, previous, value);
            }

            (previousTime, previous) = (time, value);
        }

        samples.Set(written);
    }

    /// <summary>Takes the markers out that end a series.</summary>
    public static void DropStale(SampleColumns samples)
    {
        var values = samples.WritableValues;
        var first = 0;
        while (first < values.Length && !StaleMarker.Is(values[first])) first++;
        if (first == values.Length) return;
        var times = samples.WritableTimes;
        var kept = first;
        for (var i = first; i < values.Length; i++)
        {
            if (StaleMarker.Is(values[i])) continue;
            (times[kept], values[kept]) = (times[i], values[i]);
            kept++;
        }

        samples.Set(kept);
    }

    private static double Between(SeriesFunction function, long milliseconds, double before, double now)
    {
        if (function == SeriesFunction.Delta) return now - before;

        // A counter that fell began again at zero.
        var increase = now < before ? now : now - before;
        return function == SeriesFunction.Rate ? increase / (milliseconds / 1000.0) : increase;
    }
}

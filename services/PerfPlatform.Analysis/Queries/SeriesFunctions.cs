using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Queries;

// Hot: every sample of a query with a function passes here.

/// <summary>What is done to the samples of one series before they are aggregated.</summary>
internal static class SeriesFunctions
{
    /// <summary>Replaces the samples by what the function gives.</summary>
    public static void Apply(SeriesFunction function, SampleColumns samples)
    {
        var times = samples.WritableTimes;
        var values = samples.WritableValues;
        var changes = new SampleChanges(function);
        var written = 0;
        for (var i = 0; i < times.Length; i++)
        {
            if (!changes.TryNext(times[i], values[i], out var change)) continue;
            times[written] = times[i];
            values[written++] = change;
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
}

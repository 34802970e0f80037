using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Queries;

/// <summary>The hours in which samples wait that are not written yet: roll-ups do not know them.</summary>
internal static class HeadHours
{
    public static HashSet<long> Of(HeadSnapshot head)
    {
        var hours = new HashSet<long>(); // bounded by the hours that intake accepts
        var samples = new HeadSample[256];
        long? last = null;
        foreach (var slice in head.Slices)
        {
            if (samples.Length < slice.Count) samples = new HeadSample[Math.Max(slice.Count, samples.Length * 2)];
            slice.Buffer.CopyTo(samples, slice.Count);
            foreach (ref readonly var sample in samples.AsSpan(0, slice.Count))
            {
                var hour = PostgresTime.Hour(sample.Time);
                if (hour == last) continue;
                last = hour;
                hours.Add(hour);
            }
        }

        return hours;
    }
}

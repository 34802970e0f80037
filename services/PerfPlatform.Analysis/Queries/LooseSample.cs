using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Queries;

/// <summary>A sample that may compete with others of its time. <paramref name="Index"/> is its place in the order of arrival.</summary>
internal readonly record struct LooseSample(long Time, double Value, BatchStamp Stamp, int Index)
{
    /// <summary>Sorts by time and keeps one sample of each time: the one with the greatest stamp, of equal ones the last.</summary>
    public static void SortAndThin(List<LooseSample> samples)
    {
        var ascending = true;
        for (var i = 1; i < samples.Count && ascending; i++) ascending = samples[i - 1].Time < samples[i].Time;
        if (ascending) return;
        samples.Sort(static (a, b) => a.CompareTo(b));
        var kept = 0;
        for (var i = 0; i < samples.Count; i++)
        {
            // Of equal times the last in order is the one that wins.
            if (i + 1 < samples.Count && samples[i].Time == samples[i + 1].Time) continue;
            samples[kept++] = samples[i];
        }

        samples.RemoveRange(kept, samples.Count - kept);
    }

    private int CompareTo(LooseSample other)
    {
        var order = Time.CompareTo(other.Time);
        if (order != 0) return order;
        order = Stamp.CompareTo(other.Stamp);
        return order != 0 ? order : Index.CompareTo(other.Index);
    }
}

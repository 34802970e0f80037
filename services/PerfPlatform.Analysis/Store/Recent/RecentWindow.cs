using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Recent;

/// <summary>The segments that one flush wrote, or several joined, as they are in the database: by series, in a few arrays instead of an object each. Never changes.</summary>
internal sealed class RecentWindow(int[] series, int[] firsts, RecentSegment[] segments, BatchStamp[] stamps, byte[][] slabs)
{
    /// <summary>The ids of its series, ascending.</summary>
    public ReadOnlySpan<int> Series => series;

    public int Segments => segments.Length;

    public long Samples { get; } = segments.Sum(s => (long)s.Count);

    /// <summary>The first and the last time of its samples.</summary>
    public long Start { get; } = segments.Min(s => s.Start);

    public long End { get; } = segments.Max(s => s.End);

    public long Bytes { get; } = slabs.Sum(s => (long)s.Length) + (segments.Length * 32L) + (series.Length * 8L) + (stamps.Length * 24L);

    /// <summary>The segments of a series by its place.</summary>
    public ReadOnlySpan<RecentSegment> At(int place) => segments.AsSpan(firsts[place], firsts[place + 1] - firsts[place]);

    public BatchStamp Stamp(in RecentSegment segment) => stamps[segment.Stamp];

    public byte[] Slab(in RecentSegment segment) => slabs[segment.Slab];

    /// <summary>The place of a series, looked for first where the last one was; -1 where there is none.</summary>
    public int Find(int id, ref int near)
    {
        if (near < series.Length && series[near] == id) return near;
        if (near + 1 < series.Length && series[near + 1] == id) return ++near;
        var place = Array.BinarySearch(series, id);
        if (place >= 0) near = place;
        return place;
    }
}

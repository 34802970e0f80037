using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Queries;

/// <summary>The segments of some series, kept until all their sources are read. Bounded by the raw samples of the series that one worker takes at once.</summary>
internal sealed class ChunkSegments
{
    private static readonly List<StoredSegment> None = [];
    private readonly Dictionary<int, List<StoredSegment>> _series = [];

    /// <summary>What there is of a series, by start.</summary>
    public List<StoredSegment> this[int seriesId] => _series.TryGetValue(seriesId, out var segments) ? segments : None;

    /// <summary>Copies what a reader lends. Stretches are added in the order of time; a segment that touches two of them is kept once.</summary>
    public void Add(SeriesSegments lent)
    {
        if (!_series.TryGetValue(lent.SeriesId, out var segments)) _series[lent.SeriesId] = segments = [];
        var data = new byte[lent.Segments.Sum(s => s.Length)];
        var (at, known) = (0, segments.Count);
        foreach (var segment in lent.Segments)
        {
            if (IsKnown(segments, known, segment)) continue;
            segment.Data.CopyTo(data.AsSpan(at));
            segments.Add(segment with { Bytes = data, Offset = at });
            at += segment.Length;
        }

        if (known > 0) segments.Sort(static (a, b) => a.Start.CompareTo(b.Start));
    }

    private static bool IsKnown(List<StoredSegment> segments, int known, in StoredSegment segment)
    {
        for (var i = 0; i < known; i++)
        {
            if (segments[i].Start == segment.Start && segments[i].End == segment.End && segments[i].Stamp == segment.Stamp && segments[i].Count == segment.Count && segments[i].Data.SequenceEqual(segment.Data)) return true;
        }

        return false;
    }
}

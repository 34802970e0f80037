using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Store.Recent;

/// <summary>Looks up the segments of series in a view, quickest when the ids ascend. One for each worker.</summary>
internal sealed class RecentReader(RecentView view)
{
    private readonly int[] _near = new int[view.Windows.Length];

    public long CompleteFrom => view.CompleteFrom;

    /// <summary>Replaces the list's content by the segments of a series that touch a range, by start.</summary>
    public void Read(int seriesId, long from, long to, List<StoredSegment> segments)
    {
        segments.Clear();
        var ascending = true;
        for (var i = 0; i < _near.Length; i++)
        {
            var window = view.Windows[i];
            if (window.Start >= to || window.End < from) continue;
            var place = window.Find(seriesId, ref _near[i]);
            if (place < 0) continue;
            foreach (ref readonly var segment in window.At(place))
            {
                if (segment.Start >= to || segment.End < from) continue;
                ascending &= segments.Count == 0 || segments[^1].Start <= segment.Start;

                // No sum: the header answers nothing, decoding is quick enough.
                segments.Add(new StoredSegment(
                    segment.Start, segment.End, window.Stamp(segment), segment.Count, double.NaN, double.NaN, double.NaN, double.NaN, window.Slab(segment), segment.Offset, segment.Length));
            }
        }

        if (!ascending) segments.Sort(static (a, b) => a.Start.CompareTo(b.Start));
    }
}

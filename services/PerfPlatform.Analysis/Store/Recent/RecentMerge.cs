using System.Buffers;
using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Recent;

/// <summary>
/// Joins windows of short segments into one of longer ones: eight of about one size at a time, until a segment has some hundred samples, so each sample is
/// written anew three times at most. A joined segment has the greatest stamp of its parts, so nothing may lie in between: only windows that were written one
/// after another are joined, and of them only segments that are not late and overlap no other one of their series. Used by one thread at a time.
/// </summary>
internal sealed class RecentMerge : IDisposable
{
    private const int Windows = 8;
    private const int MaxSamples = 4096;

    // From which to below which number of samples a segment has in windows that are joined.
    private static readonly (int From, int Below)[] Sizes = [(0, 8), (8, 64), (64, 512)];
    private readonly SegmentCodec _codec = new();
    private readonly ArrayBufferWriter<byte> _data = new(4096);
    private readonly List<(RecentWindow Window, RecentSegment Segment)> _segments = []; // bounded by the segments of one series
    private readonly long[] _times = new long[MaxSamples];
    private readonly double[] _values = new double[MaxSamples];

    /// <summary>Joins where enough windows of one size lie together.</summary>
    public void Run(RecentSegments recent)
    {
        while (Due(recent.View.Windows) is { } due) recent.Replace(due, Join(due));
    }

    /// <summary>One window with the samples of several.</summary>
    public RecentWindow Join(IReadOnlyList<RecentWindow> windows)
    {
        var builder = new RecentWindowBuilder();
        var places = new int[windows.Count];
        while (true)
        {
            var id = int.MaxValue;
            for (var i = 0; i < windows.Count; i++)
            {
                if (places[i] < windows[i].Series.Length) id = Math.Min(id, windows[i].Series[places[i]]);
            }

            if (id == int.MaxValue) return builder.Build()!;
            _segments.Clear();
            for (var i = 0; i < windows.Count; i++)
            {
                if (places[i] == windows[i].Series.Length || windows[i].Series[places[i]] != id) continue;
                foreach (var segment in windows[i].At(places[i])) _segments.Add((windows[i], segment));
                places[i]++;
            }

            Join(id, builder);
        }
    }

    /// <inheritdoc />
    public void Dispose() => _codec.Dispose();

    private static List<RecentWindow>? Due(RecentWindow[] windows)
    {
        foreach (var (from, below) in Sizes)
        {
            var run = 0;
            for (var i = 0; i < windows.Length; i++)
            {
                run = windows[i].Samples >= from * (long)windows[i].Segments && windows[i].Samples < below * (long)windows[i].Segments ? run + 1 : 0;
                if (run == Windows) return [.. windows[(i + 1 - Windows)..(i + 1)]];
            }
        }

        return null;
    }

    private void Join(int id, RecentWindowBuilder builder)
    {
        _segments.Sort(static (a, b) => a.Segment.Start.CompareTo(b.Segment.Start));
        var reached = long.MinValue; // the last end of all before
        for (var i = 0; i < _segments.Count;)
        {
            var (end, samples) = (i, 0);
            while (end < _segments.Count && IsAlone(end, reached) && samples + _segments[end].Segment.Count <= MaxSamples)
            {
                reached = _segments[end].Segment.End;
                samples += _segments[end++].Segment.Count;
            }

            if (end - i > 1)
            {
                Encode(id, i, end, samples, builder);
                i = end;
                continue;
            }

            reached = Math.Max(reached, _segments[i].Segment.End);
            Copy(id, i++, builder);
        }
    }

    private bool IsAlone(int at, long reached)
    {
        var segment = _segments[at].Segment;
        return !segment.IsLate && segment.Start > reached && (at + 1 == _segments.Count || _segments[at + 1].Segment.Start > segment.End);
    }

    private void Copy(int id, int at, RecentWindowBuilder builder)
    {
        var (window, segment) = _segments[at];
        builder.Add(id, segment.Start, segment.End, segment.Count, window.Stamp(segment), segment.IsLate, window.Slab(segment).AsSpan(segment.Offset, segment.Length));
    }

    private void Encode(int id, int first, int end, int samples, RecentWindowBuilder builder)
    {
        var stamp = default(BatchStamp);
        var at = 0;
        for (var i = first; i < end; i++)
        {
            var (window, segment) = _segments[i];
            _codec.Decode(window.Slab(segment).AsSpan(segment.Offset, segment.Length), _times.AsSpan(at, segment.Count), _values.AsSpan(at, segment.Count));
            at += segment.Count;
            if (i == first || window.Stamp(segment) > stamp) stamp = window.Stamp(segment);
        }

        _data.ResetWrittenCount();
        _codec.Encode(_times.AsSpan(0, samples), _values.AsSpan(0, samples), _data);
        builder.Add(id, _times[0], _times[samples - 1], samples, stamp, isLate: false, _data.WrittenSpan);
    }
}

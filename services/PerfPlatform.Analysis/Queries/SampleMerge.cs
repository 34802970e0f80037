using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Queries;

// Hot: every sample of a query passes here.

/// <summary>
/// Brings the segments and the head's samples of one series together: by time, one sample for each time, the greatest stamp wins.
/// Where nothing overlaps a segment is decoded straight into the columns, or not at all if its header answers.
/// Knows nothing of a question, so that its buffers serve one after another; used by one thread at a time.
/// </summary>
internal sealed class SampleMerge : IDisposable
{
    private readonly SegmentCodec _codec = new();
    private readonly List<LooseSample> _loose = []; // bounded by the samples of one cluster of overlapping sources
    private readonly HeadColumn _head = new();
    private long[] _times = new long[256];
    private double[] _values = new double[256];
    private long _from;
    private long _to;

    /// <summary>Room for the samples of the series that is worked on; it belongs to whoever has the merge.</summary>
    public SampleColumns Columns { get; } = new();

    /// <summary>Appends the samples of a range to <paramref name="columns"/>, or hands segments to <paramref name="headers"/> where that is enough.</summary>
    public void Run(List<StoredSegment> segments, IReadOnlyList<HeadSlice> head, long from, long to, SampleColumns columns, BucketAggregator? headers)
    {
        (_from, _to) = (from, to);
        _head.Load(head, from, to);
        var headDone = _head.IsEmpty;
        var (headStart, headEnd) = headDone ? (long.MaxValue, long.MinValue) : (_head.Start, _head.End);
        for (var i = 0; i < segments.Count;)
        {
            if (segments[i].Start >= to) break;
            if (segments[i].End < from)
            {
                i++;
                continue;
            }

            // A cluster: segments that overlap each other, and the head where it reaches in.
            var end = segments[i].End;
            var next = i + 1;
            var withHead = !headDone && headStart <= end && headEnd >= segments[i].Start;
            if (withHead) end = Math.Max(end, headEnd);
            while (next < segments.Count && segments[next].Start <= end)
            {
                end = Math.Max(end, segments[next].End);
                next++;
                if (withHead || headDone || headStart > end) continue;
                withHead = true;
                end = Math.Max(end, headEnd);
            }

            if (!headDone && !withHead && headEnd < segments[i].Start)
            {
                TakeHead(columns, headers);
                headDone = true;
            }

            if (next == i + 1 && !withHead) TakeAlone(segments[i], columns, headers);
            else TakeCluster(segments, i, next, withHead, columns, headers);
            headDone |= withHead;
            i = next;
        }

        if (!headDone) TakeHead(columns, headers);
    }

    /// <inheritdoc />
    public void Dispose() => _codec.Dispose();

    private void TakeAlone(in StoredSegment segment, SampleColumns columns, BucketAggregator? headers)
    {
        if (headers is not null && segment.Start >= _from && segment.End < _to && !double.IsNaN(segment.Sum) && headers.IsInOne(segment.Start, segment.End))
        {
            headers.AddHeader(segment);
            return;
        }

        if (segment.Start < _from || segment.End >= _to)
        {
            // The rest of it is not decoded.
            columns.Reserve(segment.Count, out var someTimes, out var someValues);
            columns.Set(columns.Count + _codec.DecodeRange(segment.Data, _from, _to, someTimes, someValues));
            HandOver(columns, headers);
            return;
        }

        if (headers is not null && SegmentCodec.TryConstantStep(segment.Data, out var first, out var step) && step > 0)
        {
            TakeRegular(segment, first, step, headers);
            return;
        }

        columns.Reserve(segment.Count, out var times, out var values);
        _codec.Decode(segment.Data, times, values);
        columns.Commit(segment.Count, _from, _to);
        HandOver(columns, headers);
    }

    /// <summary>Where the times are a step they need not be written out.</summary>
    private void TakeRegular(in StoredSegment segment, long first, long step, BucketAggregator buckets)
    {
        Grow(segment.Count);
        var values = _values.AsSpan(0, segment.Count);
        _codec.DecodeValues(segment.Data, values);
        buckets.Add(first, step, values);
    }

    private void TakeHead(SampleColumns columns, BucketAggregator? headers)
    {
        _head.AddTo(columns);
        HandOver(columns, headers);
    }

    private void TakeCluster(List<StoredSegment> segments, int first, int end, bool withHead, SampleColumns columns, BucketAggregator? headers)
    {
        _loose.Clear();
        for (var i = first; i < end; i++)
        {
            var segment = segments[i];
            Grow(segment.Count);
            _codec.Decode(segment.Data, _times.AsSpan(0, segment.Count), _values.AsSpan(0, segment.Count));
            for (var j = 0; j < segment.Count; j++)
            {
                if (_times[j] >= _from && _times[j] < _to) _loose.Add(new LooseSample(_times[j], _values[j], segment.Stamp, _loose.Count));
            }
        }

        if (withHead) _head.AddTo(_loose);
        LooseSample.SortAndThin(_loose);
        foreach (var sample in _loose) columns.Add(sample.Time, sample.Value);
        HandOver(columns, headers);
    }

    /// <summary>With headers the columns only carry what lies between them, in order.</summary>
    private static void HandOver(SampleColumns columns, BucketAggregator? headers)
    {
        if (headers is null) return;
        headers.Add(columns.Times, columns.Values);
        columns.Clear();
    }

    private void Grow(int count)
    {
        if (_times.Length >= count) return;
        (_times, _values) = (new long[count], new double[count]);
    }
}

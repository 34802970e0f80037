using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Queries;

// Hot: every sample of a query passes here.

/// <summary>
/// Brings the segments and the head's samples of one series together: by time, one sample for each time, the greatest stamp wins.
/// Where nothing overlaps a segment is decoded straight into the columns, or not at all if its header answers.
/// </summary>
internal sealed class SampleMerge(RangePlan plan) : IDisposable
{
    private readonly SegmentCodec _codec = new();
    private readonly List<Loose> _loose = []; // bounded by the samples of one cluster of overlapping sources
    private readonly List<Loose> _head = []; // bounded by the head's samples of one series
    private HeadSample[] _samples = new HeadSample[256];
    private long[] _times = new long[256];
    private double[] _values = new double[256];

    /// <summary>Appends the samples of the range to <paramref name="columns"/>, or hands segments to <paramref name="headers"/> where that is enough.</summary>
    public void Run(SeriesSegments? stored, IReadOnlyList<HeadSlice> head, SampleColumns columns, BucketAggregator? headers)
    {
        LoadHead(head);
        var (headStart, headEnd) = _head.Count == 0 ? (long.MaxValue, long.MinValue) : (_head[0].Time, _head[^1].Time);
        var headDone = _head.Count == 0;
        var segments = stored?.Segments ?? [];
        for (var i = 0; i < segments.Count;)
        {
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

            if (next == i + 1 && !withHead) TakeAlone(stored!, segments[i], columns, headers);
            else TakeCluster(stored!, i, next, withHead, columns, headers);
            headDone |= withHead;
            i = next;
        }

        if (!headDone) TakeHead(columns, headers);
    }

    /// <inheritdoc />
    public void Dispose() => _codec.Dispose();

    private void TakeAlone(SeriesSegments stored, in StoredSegment segment, SampleColumns columns, BucketAggregator? headers)
    {
        if (headers is not null && segment.Start >= plan.From && segment.End < plan.To && !double.IsNaN(segment.Sum) && headers.IsInOne(segment.Start, segment.End))
        {
            headers.AddHeader(segment);
            return;
        }

        columns.Reserve(segment.Count, out var times, out var values);
        _codec.Decode(stored.Data(segment), times, values);
        columns.Commit(segment.Count, plan.ReadFrom, plan.To);
        HandOver(columns, headers);
    }

    private void TakeHead(SampleColumns columns, BucketAggregator? headers)
    {
        foreach (var sample in _head) columns.Add(sample.Time, sample.Value);
        HandOver(columns, headers);
    }

    private void TakeCluster(SeriesSegments stored, int first, int end, bool withHead, SampleColumns columns, BucketAggregator? headers)
    {
        _loose.Clear();
        for (var i = first; i < end; i++)
        {
            var segment = stored.Segments[i];
            Grow(segment.Count);
            _codec.Decode(stored.Data(segment), _times.AsSpan(0, segment.Count), _values.AsSpan(0, segment.Count));
            for (var j = 0; j < segment.Count; j++) AddLoose(_loose, _times[j], _values[j], segment.Stamp);
        }

        if (withHead) _loose.AddRange(_head);
        SortAndThin(_loose);
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

    private void LoadHead(IReadOnlyList<HeadSlice> head)
    {
        _head.Clear();
        foreach (var slice in head)
        {
            if (_samples.Length < slice.Count) _samples = new HeadSample[Math.Max(slice.Count, _samples.Length * 2)];
            slice.Buffer.CopyTo(_samples, slice.Count);
            for (var i = 0; i < slice.Count; i++) AddLoose(_head, _samples[i].Time, _samples[i].Value, slice.Stamps[_samples[i].Batch]);
        }

        SortAndThin(_head);
    }

    private void AddLoose(List<Loose> target, long time, double value, BatchStamp stamp)
    {
        if (time >= plan.ReadFrom && time < plan.To) target.Add(new Loose(time, value, stamp, target.Count));
    }

    private static void SortAndThin(List<Loose> samples)
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

    private void Grow(int count)
    {
        if (_times.Length >= count) return;
        (_times, _values) = (new long[count], new double[count]);
    }

    private readonly record struct Loose(long Time, double Value, BatchStamp Stamp, int Index)
    {
        public int CompareTo(Loose other)
        {
            var order = Time.CompareTo(other.Time);
            if (order != 0) return order;
            order = Stamp.CompareTo(other.Stamp);
            return order != 0 ? order : Index.CompareTo(other.Index);
        }
    }
}

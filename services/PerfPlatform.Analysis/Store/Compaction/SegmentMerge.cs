using System.Buffers;
using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Compaction;

// Hot: every sample passes here once when its hour is merged. No LINQ, closures or allocation per sample.

/// <summary>
/// Makes one segment of those of one series and hour: sorted, one sample for each time. The greatest stamp wins, of equal stamps the segment that was
/// added last. The result carries the greatest stamp of all. Knows no database; used by one thread at a time.
/// </summary>
internal sealed class SegmentMerge : IDisposable
{
    private readonly SegmentCodec _codec = new();
    private readonly ArrayBufferWriter<byte> _data = new(4096);
    private BatchStamp[] _stamps = new BatchStamp[64]; // one for each segment
    private long[] _times = new long[1024];
    private double[] _values = new double[1024];
    private int[] _sources = new int[1024];
    private int[] _order = new int[1024];
    private long[] _sortedTimes = new long[1024];
    private double[] _sortedValues = new double[1024];
    private int _segments;
    private int _count;
    private int _at;
    private int _seriesId;
    private BatchStamp _stamp;

    /// <summary>Begins another series.</summary>
    public void Begin(int seriesId) => (_seriesId, _segments, _count, _at, _stamp) = (seriesId, 0, 0, 0, default);

    /// <summary>Adds a segment.</summary>
    /// <exception cref="InvalidDataException">Its bytes are damaged.</exception>
    public void Add(BatchStamp stamp, ReadOnlySpan<byte> data)
    {
        var count = SegmentCodec.Count(data);
        Reserve(_count + count);
        if (_segments == _stamps.Length) Array.Resize(ref _stamps, _segments * 2);
        _codec.Decode(data, _times.AsSpan(_count, count), _values.AsSpan(_count, count));
        _sources.AsSpan(_count, count).Fill(_segments);
        if (_segments == 0 || stamp > _stamp) _stamp = stamp;
        _stamps[_segments++] = stamp;
        _count += count;
    }

    /// <summary>Ends the adding; <see cref="TryNext"/> then gives the result.</summary>
    public void Sort()
    {
        var ascending = true;
        for (var i = 1; i < _count && ascending; i++) ascending = _times[i - 1] < _times[i];
        if (ascending)
        {
            // As flushes mostly leave them: the columns change their places instead of every sample its own.
            (_times, _sortedTimes, _values, _sortedValues) = (_sortedTimes, _times, _sortedValues, _values);
            return;
        }

        for (var i = 0; i < _count; i++) _order[i] = i;
        _order.AsSpan(0, _count).Sort(new ByTimeAndStamp(_times, _sources, _stamps));
        var kept = 0;
        for (var i = 0; i < _count; i++)
        {
            // Of equal times the last in order is the one that wins.
            var index = _order[i];
            if (i + 1 < _count && _times[index] == _times[_order[i + 1]]) continue;
            (_sortedTimes[kept], _sortedValues[kept]) = (_times[index], _values[index]);
            kept++;
        }

        _count = kept;
    }

    /// <summary>The times of all samples, ascending, once they are sorted.</summary>
    public ReadOnlySpan<long> Times => _sortedTimes.AsSpan(0, _count);

    /// <summary>As many values.</summary>
    public ReadOnlySpan<double> Values => _sortedValues.AsSpan(0, _count);

    /// <summary>
    /// The next segment: mostly one; several where the samples are more than one may hold, or where two rows fill pages better than one. Its data are valid until the next call.
    /// </summary>
    public bool TryNext(out SegmentRow row)
    {
        row = default;
        if (_at == _count) return false;
        var end = Encode(Math.Min(_count, _at + SegmentCodec.MaxSamples));
        var times = _sortedTimes.AsSpan(_at..end);
        var values = _sortedValues.AsSpan(_at..end);
        row = new SegmentRow
        {
            SeriesId = _seriesId,
            StartTime = times[0],
            EndTime = times[^1],
            Stamp = _stamp,
            Count = times.Length,
            First = values[0],
            Last = values[^1],
            Min = double.NaN,
            Max = double.NaN,
        };
        foreach (var value in values)
        {
            row.Sum += value;
            if (!(value >= row.Min)) row.Min = double.IsNaN(value) ? row.Min : value;
            if (!(value <= row.Max)) row.Max = double.IsNaN(value) ? row.Max : value;
        }

        row.Data = _data.WrittenMemory;
        _at = end;
        return true;
    }

    /// <inheritdoc />
    public void Dispose() => _codec.Dispose();

    /// <summary>Encodes the samples up to an end, or fewer where the rest does better in a row of its own; returns where they end.</summary>
    private int Encode(int end)
    {
        EncodeUpTo(end);
        for (var length = _data.WrittenCount; SegmentPages.IsCut(length) && end - _at > 1; length = _data.WrittenCount)
            EncodeUpTo(end = _at + SegmentPages.Cut(end - _at, length));
        return end;
    }

    private void EncodeUpTo(int end)
    {
        _data.ResetWrittenCount();
        _codec.Encode(_sortedTimes.AsSpan(_at..end), _sortedValues.AsSpan(_at..end), _data);
    }

    private void Reserve(int count)
    {
        if (_times.Length >= count) return;
        var size = Math.Max(count, _times.Length * 2);
        Array.Resize(ref _times, size);
        Array.Resize(ref _values, size);
        Array.Resize(ref _sources, size);
        (_order, _sortedTimes, _sortedValues) = (new int[size], new long[size], new double[size]);
    }

    private readonly struct ByTimeAndStamp(long[] times, int[] sources, BatchStamp[] stamps) : IComparer<int>
    {
        public int Compare(int x, int y)
        {
            var order = times[x].CompareTo(times[y]);
            if (order != 0) return order;
            if (sources[x] != sources[y]) order = stamps[sources[x]].CompareTo(stamps[sources[y]]);
            return order != 0 ? order : x.CompareTo(y);
        }
    }
}

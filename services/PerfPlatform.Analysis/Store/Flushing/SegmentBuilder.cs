using System.Buffers;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Store.Flushing;

// Hot: every sample passes here once on its way into a segment. No LINQ, closures or allocation per sample.

/// <summary>
/// Cuts the samples of one series and generation into segments: sorted, one sample for each time (the greatest stamp wins), never across a full hour.
/// Samples whose stamp is not above all earlier generations' go into segments of their own, one for each stamp, so that a late copy does not borrow
/// the stamp of newer neighbours and win against what is stored. Used by one thread at a time.
/// </summary>
internal sealed class SegmentBuilder : IDisposable
{
    private const long Hour = 3_600_000;
    private readonly SegmentCodec _codec = new();
    private readonly ArrayBufferWriter<byte> _data = new(4096);
    private HeadSample[] _samples = new HeadSample[256];
    private HeadSample[] _late = new HeadSample[16];
    private int[] _order = new int[256];
    private long[] _times = new long[256];
    private double[] _values = new double[256];
    private Generation _generation = null!;
    private int _seriesId;
    private int _count;
    private int _lateCount;
    private int _lateAt;
    private int _at;

    /// <summary>Takes the samples of a series; <see cref="TryNext"/> then gives its segments.</summary>
    public void Begin(Generation generation, int seriesId, SeriesBuffer buffer)
    {
        (_generation, _seriesId, _at, _lateCount, _lateAt) = (generation, seriesId, 0, 0, 0);
        _count = buffer.Count;
        Reserve(_count);
        buffer.CopyTo(_samples, _count);
        if (generation.HasLate) SetLateApart();
        _count = SortAndThin(_samples, _count);
    }

    /// <summary>The next segment; its data are valid until the next call.</summary>
    public bool TryNext(out SegmentRow row)
    {
        if (_at == _count && _lateAt < _lateCount) TakeLate();

        row = default;
        if (_at == _count) return false;
        var end = _at;
        var hour = Math.DivRem(_samples[_at].Time, Hour, out var rest) - (rest < 0 ? 1 : 0);
        var next = (hour + 1) * Hour;
        while (end < _count && _samples[end].Time < next && end - _at < SegmentCodec.MaxSamples) end++;
        row = Cut(_at, end);
        _at = end;
        return true;
    }

    /// <inheritdoc />
    public void Dispose() => _codec.Dispose();

    private SegmentRow Cut(int start, int end)
    {
        var row = new SegmentRow
        {
            SeriesId = _seriesId,
            StartTime = _samples[start].Time,
            EndTime = _samples[end - 1].Time,
            Count = end - start,
            First = _samples[start].Value,
            Last = _samples[end - 1].Value,
            Min = double.NaN,
            Max = double.NaN,
            Stamp = _generation.Stamp(_samples[start].Batch),
        };
        var batch = _samples[start].Batch;
        for (var i = start; i < end; i++)
        {
            ref readonly var sample = ref _samples[i];
            _times[i - start] = sample.Time;
            _values[i - start] = sample.Value;
            row.Sum += sample.Value;
            if (!(sample.Value >= row.Min)) row.Min = double.IsNaN(sample.Value) ? row.Min : sample.Value;
            if (!(sample.Value <= row.Max)) row.Max = double.IsNaN(sample.Value) ? row.Max : sample.Value;
            if (sample.Batch == batch) continue;
            batch = sample.Batch;
            var stamp = _generation.Stamp(batch);
            if (stamp > row.Stamp) row.Stamp = stamp;
        }

        _data.ResetWrittenCount();
        _codec.Encode(_times.AsSpan(0, row.Count), _values.AsSpan(0, row.Count), _data);
        row.Data = _data.WrittenMemory;
        return row;
    }

    private void SetLateApart()
    {
        var kept = 0;
        if (_late.Length < _count) _late = new HeadSample[_samples.Length];
        for (var i = 0; i < _count; i++)
        {
            if (_generation.Stamp(_samples[i].Batch) <= _generation.Floor) _late[_lateCount++] = _samples[i];
            else _samples[kept++] = _samples[i];
        }

        _count = kept;
        Rearrange(_late, _lateCount, new ByStamp(_late, _generation));
    }

    /// <summary>The late samples of the next stamp take the place of those that are done.</summary>
    private void TakeLate()
    {
        var stamp = _generation.Stamp(_late[_lateAt].Batch);
        _count = 0;
        while (_lateAt < _lateCount && _generation.Stamp(_late[_lateAt].Batch) == stamp) _samples[_count++] = _late[_lateAt++];
        _at = 0;
        _count = SortAndThin(_samples, _count);
    }

    /// <summary>Sorts by time and keeps one sample of each; returns how many are left. Mostly they come in order and nothing is moved.</summary>
    private int SortAndThin(HeadSample[] samples, int count)
    {
        var ascending = true;
        for (var i = 1; i < count && ascending; i++) ascending = samples[i - 1].Time < samples[i].Time;
        if (ascending) return count;

        Rearrange(samples, count, new ByTimeAndStamp(samples, _generation));
        var kept = 0;
        for (var i = 0; i < count; i++)
        {
            // Of equal times the last in order is the one that wins.
            if (i + 1 < count && samples[i].Time == samples[i + 1].Time) continue;
            samples[kept++] = samples[i];
        }

        return kept;
    }

    /// <summary>Sorts by a comparison of indices that ends with the indices themselves: what is equal keeps its order.</summary>
    private void Rearrange<TComparer>(HeadSample[] samples, int count, TComparer comparer) where TComparer : IComparer<int>
    {
        Reserve(count);
        for (var i = 0; i < count; i++) _order[i] = i;
        _order.AsSpan(0, count).Sort(comparer);
        var sorted = ArrayPool<HeadSample>.Shared.Rent(count);
        for (var i = 0; i < count; i++) sorted[i] = samples[_order[i]];
        sorted.AsSpan(0, count).CopyTo(samples);
        ArrayPool<HeadSample>.Shared.Return(sorted);
    }

    private void Reserve(int count)
    {
        if (_samples.Length < count) _samples = new HeadSample[Math.Max(count, _samples.Length * 2)];
        if (_order.Length >= count) return;
        var size = Math.Max(count, _order.Length * 2);
        (_order, _times, _values) = (new int[size], new long[size], new double[size]);
    }

    private readonly struct ByTimeAndStamp(HeadSample[] samples, Generation generation) : IComparer<int>
    {
        public int Compare(int x, int y)
        {
            var order = samples[x].Time.CompareTo(samples[y].Time);
            if (order != 0) return order;
            if (samples[x].Batch != samples[y].Batch) order = generation.Stamp(samples[x].Batch).CompareTo(generation.Stamp(samples[y].Batch));
            return order != 0 ? order : x.CompareTo(y);
        }
    }

    private readonly struct ByStamp(HeadSample[] samples, Generation generation) : IComparer<int>
    {
        public int Compare(int x, int y)
        {
            var order = generation.Stamp(samples[x].Batch).CompareTo(generation.Stamp(samples[y].Batch));
            return order != 0 ? order : x.CompareTo(y);
        }
    }
}

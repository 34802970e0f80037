using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Recent;

// Hot: the bytes of every segment that is written pass here.

/// <summary>Gathers segments, series after series in the order of their ids, into a window.</summary>
internal sealed class RecentWindowBuilder
{
    private const int SlabSize = 64 << 10; // below the size from which arrays are collected only with the oldest generation
    private readonly List<int> _series = []; // all bounded by the samples of a generation
    private readonly List<int> _firsts = [];
    private readonly List<RecentSegment> _segments = [];
    private readonly List<BatchStamp> _stamps = [];
    private readonly Dictionary<BatchStamp, int> _numbers = [];
    private readonly List<byte[]> _slabs = [];
    private byte[] _slab = [];
    private int _used;

    /// <summary>Adds a segment as it is written; late where its stamp is not above <paramref name="floor"/>, the greatest one of everything before.</summary>
    public void Add(in SegmentRow row, BatchStamp floor) => Add(row.SeriesId, row.StartTime, row.EndTime, row.Count, row.Stamp, row.Stamp <= floor, row.Data.Span);

    public void Add(int seriesId, long start, long end, int count, BatchStamp stamp, bool isLate, ReadOnlySpan<byte> data)
    {
        if (_series.Count == 0 || _series[^1] != seriesId)
        {
            _series.Add(seriesId);
            _firsts.Add(_segments.Count);
        }

        if (_used + data.Length > _slab.Length) NextSlab(data.Length);
        data.CopyTo(_slab.AsSpan(_used));
        _segments.Add(new RecentSegment(start, checked((uint)(end - start)), count, isLate ? ~Number(stamp) : Number(stamp), _slabs.Count, _used, data.Length));
        _used += data.Length;
    }

    /// <summary>The window, or null where nothing was added.</summary>
    public RecentWindow? Build()
    {
        if (_segments.Count == 0) return null;
        if (_used > 0) _slabs.Add(_slab[.._used]);
        return new RecentWindow([.. _series], [.. _firsts, _segments.Count], [.. _segments], [.. _stamps], [.. _slabs]);
    }

    private void NextSlab(int length)
    {
        if (_used > 0) _slabs.Add(_used == _slab.Length ? _slab : _slab[.._used]);
        _slab = new byte[Math.Max(SlabSize, length)];
        _used = 0;
    }

    private int Number(BatchStamp stamp)
    {
        if (_stamps.Count > 0 && _stamps[^1] == stamp) return _stamps.Count - 1;
        if (_numbers.TryGetValue(stamp, out var number)) return number;
        number = _stamps.Count;
        _numbers.Add(stamp, number);
        _stamps.Add(stamp);
        return number;
    }
}

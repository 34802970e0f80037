using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Queries;

/// <summary>The segments of one series, by start, and their bytes one after another. Used again for the next series.</summary>
internal sealed class SeriesSegments
{
    private const int BufferLength = 1 << 16; // as large as an array may be and still be freed with what is young
    private readonly List<byte[]> _buffers = [new byte[1 << 14]]; // bounded as the segments are
    private int _at;
    private int _length;

    public int SeriesId { get; set; }

    public List<StoredSegment> Segments { get; } = []; // bounded by what retention keeps of a series

    /// <summary>Room for the bytes of one more segment.</summary>
    public byte[] Reserve(int length, out int offset)
    {
        if (_length + length > _buffers[_at].Length)
        {
            (_at, _length) = (_at + 1, 0);
            if (_at == _buffers.Count) _buffers.Add([]);
            if (_buffers[_at].Length < length) _buffers[_at] = new byte[Math.Max(length, BufferLength)];
        }

        offset = _length;
        _length += length;
        return _buffers[_at];
    }

    public void Clear()
    {
        Segments.Clear();
        (_at, _length) = (0, 0);
    }
}

namespace PerfPlatform.Analysis.Queries;

/// <summary>The segments of one series, by start, and their bytes one after another. Used again for the next series.</summary>
internal sealed class SeriesSegments
{
    private byte[] _data = new byte[1 << 16];
    private int _length;

    public int SeriesId { get; set; }

    public List<StoredSegment> Segments { get; } = []; // bounded by what retention keeps of a series

    public ReadOnlySpan<byte> Data(StoredSegment segment) => _data.AsSpan(segment.Offset, segment.Length);

    /// <summary>Room for the bytes of one more segment.</summary>
    public byte[] Reserve(int length, out int offset)
    {
        if (_length + length > _data.Length) Array.Resize(ref _data, Math.Max(_length + length, _data.Length * 2));
        offset = _length;
        _length += length;
        return _data;
    }

    public void Clear()
    {
        Segments.Clear();
        _length = 0;
    }
}

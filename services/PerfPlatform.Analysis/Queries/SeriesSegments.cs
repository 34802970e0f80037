namespace PerfPlatform.Analysis.Queries;

/// <summary>The segments of one series, by start, and their bytes one after another. Used again for the next series.</summary>
internal sealed class SeriesSegments
{
    private byte[] _data = new byte[1 << 14];
    private int _length;

    public int SeriesId { get; set; }

    public List<StoredSegment> Segments { get; } = []; // bounded by what retention keeps of a series

    /// <summary>Room for the bytes of one more segment. Segments that lie in a smaller buffer stay there.</summary>
    public byte[] Reserve(int length, out int offset)
    {
        if (_length + length > _data.Length) (_data, _length) = (new byte[Math.Max(length, _data.Length * 2)], 0);
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

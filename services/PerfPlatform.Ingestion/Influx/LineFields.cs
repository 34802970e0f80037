using System.Buffers;

namespace PerfPlatform.Ingestion.Influx;

/// <summary>The numeric fields of the line that is being read, in rented memory; valid until the next line.</summary>
internal sealed class LineFields : IDisposable
{
    // Bounded by the longest line of a body.
    private LineField[] _fields = ArrayPool<LineField>.Shared.Rent(64);

    public int Count { get; private set; }

    public ref readonly LineField this[int index] => ref _fields[index];

    public void Clear() => Count = 0;

    public void Add(int start, int length, double value)
    {
        if (Count == _fields.Length)
        {
            var larger = ArrayPool<LineField>.Shared.Rent(Count * 2);
            _fields.CopyTo(larger, 0);
            ArrayPool<LineField>.Shared.Return(_fields);
            _fields = larger;
        }

        _fields[Count++] = new LineField(start, length, value);
    }

    public void Dispose()
    {
        ArrayPool<LineField>.Shared.Return(_fields);
        _fields = [];
        Count = 0;
    }
}

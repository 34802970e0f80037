// Hot file: reads the texts of every 2.0 request.
using System.Buffers;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>
/// The texts of a 2.0 request (<c>repeated string symbols = 4</c>), which its series refer to by their number. Holds where they lie, in rented memory,
/// not the texts; valid until it is disposed.
/// </summary>
internal ref struct SymbolTable(ReadOnlySpan<byte> body) : IDisposable
{
    private readonly ReadOnlySpan<byte> _body = body;

    // Bounded by half of the body's bytes: a text takes a tag and a length.
    private int[] _starts = ArrayPool<int>.Shared.Rent(1024);

    public int Count { get; private set; }

    /// <summary>Finds every text; false when the body is malformed.</summary>
    public bool TryRead()
    {
        var reader = new ProtoReader(_body);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (field == 4 && type == WireType.Bytes)
            {
                if (Count == _starts.Length) Grow();
                _starts[Count++] = reader.Position;
            }

            if (!reader.TrySkip(type)) return false;
        }

        return !reader.Failed;
    }

    /// <summary>A text by its number; false where there is none of that number.</summary>
    public readonly bool TryGet(uint number, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (number >= (uint)Count) return false;
        var reader = new ProtoReader(_body[_starts[number]..]);
        return reader.TryReadBytes(out text);
    }

    public void Dispose()
    {
        if (_starts.Length > 0) ArrayPool<int>.Shared.Return(_starts);
        _starts = [];
    }

    private void Grow()
    {
        var larger = ArrayPool<int>.Shared.Rent(_starts.Length * 2);
        _starts.AsSpan(0, Count).CopyTo(larger);
        ArrayPool<int>.Shared.Return(_starts);
        _starts = larger;
    }
}

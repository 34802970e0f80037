// Hot file: the key of every OTLP and JSON series is put together here. Grows, is used again, allocates nothing once large enough.
using System.Buffers.Binary;

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>The bytes by which a series is looked up, put together from parts of a request. The span is valid until the next change.</summary>
internal sealed class KeyBuffer
{
    // Bounded by the body that it is made of.
    private byte[] _bytes = new byte[1024];

    public int Length { get; private set; }

    public ReadOnlySpan<byte> Span => _bytes.AsSpan(0, Length);

    public void Truncate(int length) => Length = length;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        Ensure(bytes.Length);
        bytes.CopyTo(_bytes.AsSpan(Length));
        Length += bytes.Length;
    }

    /// <summary>Adds bytes after their length, so that neighbours cannot be mistaken for each other.</summary>
    public void AddText(ReadOnlySpan<byte> bytes)
    {
        Ensure(sizeof(int));
        BinaryPrimitives.WriteInt32LittleEndian(_bytes.AsSpan(Length), bytes.Length);
        Length += sizeof(int);
        Add(bytes);
    }

    public void Add(ulong number)
    {
        Ensure(sizeof(ulong));
        BinaryPrimitives.WriteUInt64LittleEndian(_bytes.AsSpan(Length), number);
        Length += sizeof(ulong);
    }

    public void Add(byte value)
    {
        Ensure(1);
        _bytes[Length++] = value;
    }

    private void Ensure(int more)
    {
        if (_bytes.Length - Length < more) Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, Length + more));
    }
}

namespace PerfPlatform.Agent.Otlp;

/// <summary>
/// Writes protobuf wire format into one growing buffer that is used again. Hot: no allocation once the buffer has its size.
/// A nested message is written in place and moved by the one to five bytes of its length when it ends.
/// </summary>
internal sealed class ProtobufWriter
{
    // Eight levels: an OTLP metrics request needs six.
    private readonly int[] _open = new int[8];
    private byte[] _buffer;
    private int _depth;

    public ProtobufWriter(int capacity = 256) => _buffer = new byte[capacity];

    public int Length { get; private set; }

    /// <summary>What was written; valid until the next call.</summary>
    public ReadOnlySpan<byte> Written => _buffer.AsSpan(0, Length);

    public void Clear() => (Length, _depth) = (0, 0);

    /// <summary>Takes back all that was written after this length, open messages of it included.</summary>
    public void Rollback(int length, int depth) => (Length, _depth) = (length, depth);

    public int Depth => _depth;

    public void Begin(int field)
    {
        Tag(field, 2);
        _open[_depth++] = Length;
    }

    public void End()
    {
        var start = _open[--_depth];
        var size = Length - start;
        var prefix = VarintSize((ulong)size);
        Reserve(prefix);
        _buffer.AsSpan(start, size).CopyTo(_buffer.AsSpan(start + prefix));
        var end = Length + prefix;
        Length = start;
        Varint((ulong)size);
        Length = end;
    }

    public void Text(int field, string value)
    {
        Tag(field, 2);
        var size = System.Text.Encoding.UTF8.GetByteCount(value);
        Varint((ulong)size);
        Reserve(size);
        Length += System.Text.Encoding.UTF8.GetBytes(value, _buffer.AsSpan(Length));
    }

    public void Fixed64(int field, ulong value)
    {
        Tag(field, 1);
        Reserve(8);
        System.Buffers.Binary.BinaryPrimitives.WriteUInt64LittleEndian(_buffer.AsSpan(Length), value);
        Length += 8;
    }

    public void Integer(int field, ulong value)
    {
        Tag(field, 0);
        Varint(value);
    }

    /// <summary>Fields that are encoded already.</summary>
    public void Raw(ReadOnlySpan<byte> fields)
    {
        Reserve(fields.Length);
        fields.CopyTo(_buffer.AsSpan(Length));
        Length += fields.Length;
    }

    /// <summary>The tag and length of a message whose size is known before it is written.</summary>
    public void Header(int field, int size)
    {
        Tag(field, 2);
        Varint((ulong)size);
    }

    private void Tag(int field, int wireType) => Varint((ulong)((field << 3) | wireType));

    private void Varint(ulong value)
    {
        Reserve(10);
        while (value >= 0x80)
        {
            _buffer[Length++] = (byte)(value | 0x80);
            value >>= 7;
        }

        _buffer[Length++] = (byte)value;
    }

    private static int VarintSize(ulong value)
    {
        var size = 1;
        for (; value >= 0x80; value >>= 7)
            size++;
        return size;
    }

    private void Reserve(int more)
    {
        if (Length + more > _buffer.Length)
            Array.Resize(ref _buffer, Math.Max(_buffer.Length * 2, Length + more));
    }
}

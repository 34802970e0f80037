using System.Buffers.Binary;

namespace PerfPlatform.Analysis.Store.Segments;

// Hot: everything that is stored is written here first.

/// <summary>Bytes that grow while a segment is written. Candidates are written one behind the other and the shorter one is kept.</summary>
internal sealed class ColumnBytes
{
    private byte[] _bytes = new byte[512];

    /// <summary>May be set back, so that what was tried is dropped.</summary>
    public int Length { get; set; }

    public ReadOnlySpan<byte> Written => _bytes.AsSpan(0, Length);

    public byte this[int at]
    {
        set => _bytes[at] = value;
    }

    public void Clear() => Length = 0;

    public void Add(byte value)
    {
        Reserve(1)[0] = value;
        Length++;
    }

    public void AddVarInt(ulong value)
    {
        var space = Reserve(VarInt.MaxBytes);
        Length += VarInt.Write(space, 0, value);
    }

    public void AddZigZag(long value) => AddVarInt(VarInt.ZigZag(value));

    public void AddBits(double value)
    {
        BinaryPrimitives.WriteDoubleLittleEndian(Reserve(8), value);
        Length += 8;
    }

    public void Add(ReadOnlySpan<byte> bytes)
    {
        bytes.CopyTo(Reserve(bytes.Length));
        Length += bytes.Length;
    }

    /// <summary>Space behind what is written; <see cref="Advance"/> then takes as much of it as was used.</summary>
    public Span<byte> Reserve(int count)
    {
        if (_bytes.Length - Length < count) Array.Resize(ref _bytes, Math.Max(Length + count, _bytes.Length * 2));
        return _bytes.AsSpan(Length);
    }

    public void Advance(int count) => Length += count;

    /// <summary>Of the candidates [<paramref name="first"/>, <paramref name="second"/>) and [<paramref name="second"/>, end) keeps the shorter one; there may be no first.</summary>
    public void KeepShorter(int first, int second)
    {
        if (second > first) KeepSecondIf(first, second, second - first - 1);
    }

    /// <summary>The same, but keeps the second one only if it is at most <paramref name="limit"/> long; says whether it is.</summary>
    public bool KeepSecondIf(int first, int second, int limit)
    {
        var length = Length - second;
        if (length > limit)
        {
            Length = second;
            return false;
        }

        _bytes.AsSpan(second, length).CopyTo(_bytes.AsSpan(first));
        Length = first + length;
        return true;
    }
}

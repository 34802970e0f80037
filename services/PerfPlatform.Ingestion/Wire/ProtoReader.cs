// Hot file: every byte of protobuf is read here. No LINQ, no closures, nothing allocated; malformed bytes answer false, never throw.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace PerfPlatform.Ingestion.Wire;

/// <summary>How a field of a protobuf message is written.</summary>
internal enum WireType
{
    Varint = 0,
    Fixed64 = 1,
    Bytes = 2,
    Fixed32 = 5,
}

/// <summary>Reads the fields of one protobuf message from a span. After the first false <see cref="Failed"/> tells the end from malformed bytes.</summary>
internal ref struct ProtoReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    /// <summary>Whether malformed bytes were met.</summary>
    public bool Failed { get; private set; }

    /// <summary>The index of the next byte.</summary>
    public readonly int Position => _at;

    /// <summary>Reads a field's number and type; false at the end.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadTag(out int field, out WireType type)
    {
        if (_at < _bytes.Length && _bytes[_at] < 0x80)
        {
            var tag = _bytes[_at++];
            (field, type) = (tag >> 3, (WireType)(tag & 7));
            return field > 0 || Fail();
        }

        return TryReadLongTag(out field, out type);
    }

    /// <summary>Reads a varint of at most 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryReadVarint(out ulong value)
    {
        if (_at < _bytes.Length && _bytes[_at] < 0x80)
        {
            value = _bytes[_at++];
            return true;
        }

        return TryReadLongVarint(out value);
    }

    /// <summary>Reads eight bytes, little-endian.</summary>
    public bool TryReadFixed64(out ulong value)
    {
        if (_bytes.Length - _at < sizeof(ulong))
        {
            value = 0;
            return Fail();
        }

        value = BinaryPrimitives.ReadUInt64LittleEndian(_bytes[_at..]);
        _at += sizeof(ulong);
        return true;
    }

    /// <summary>Reads a text, bytes or an embedded message, as a slice of the input.</summary>
    public bool TryReadBytes(out ReadOnlySpan<byte> value)
    {
        if (!TryReadVarint(out var length) || length > (ulong)(_bytes.Length - _at))
        {
            value = default;
            return Fail();
        }

        value = _bytes.Slice(_at, (int)length);
        _at += (int)length;
        return true;
    }

    /// <summary>Steps over a field's value. Groups, which proto3 has not, are malformed.</summary>
    public bool TrySkip(WireType type)
    {
        switch (type)
        {
            case WireType.Varint: return TryReadVarint(out _);
            case WireType.Bytes: return TryReadBytes(out _);
            case WireType.Fixed64: return TryAdvance(sizeof(ulong));
            case WireType.Fixed32: return TryAdvance(sizeof(uint));
            default: return Fail();
        }
    }

    private bool TryAdvance(int count)
    {
        if (_bytes.Length - _at < count) return Fail();
        _at += count;
        return true;
    }

    private bool TryReadLongTag(out int field, out WireType type)
    {
        (field, type) = (0, WireType.Varint);
        if (_at >= _bytes.Length) return false;
        if (!TryReadLongVarint(out var tag)) return false;
        if (tag > uint.MaxValue || tag >> 3 == 0) return Fail();
        (field, type) = ((int)(tag >> 3), (WireType)(tag & 7));
        return true;
    }

    private bool TryReadLongVarint(out ulong value)
    {
        value = 0;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_at >= _bytes.Length) return Fail();
            var part = _bytes[_at++];
            // As every protobuf reader does, bits beyond the 64th are dropped.
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return true;
        }

        return Fail();
    }

    private bool Fail()
    {
        Failed = true;
        _at = _bytes.Length;
        return false;
    }
}

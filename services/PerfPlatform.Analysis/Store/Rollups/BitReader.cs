using System.Buffers.Binary;

namespace PerfPlatform.Analysis.Store.Rollups;

/// <summary>Reads what <see cref="BitWriter"/> wrote.</summary>
internal ref struct BitReader(ReadOnlySpan<byte> source)
{
    private readonly ReadOnlySpan<byte> _source = source;
    private int _at;

    /// <summary>How many bits are left.</summary>
    public readonly int Left => (_source.Length * 8) - _at;

    /// <summary>The next field as a signed number.</summary>
    /// <exception cref="InvalidDataException">The bytes end before.</exception>
    public long Read(int width)
    {
        if (width == 0) return 0;
        if (width > Left) throw new InvalidDataException("The roll-up is cut off.");
        var (at, skip) = (_at >> 3, _at & 7);
        _at += width;
        ulong bits;
        if (at + 9 <= _source.Length)
        {
            bits = BinaryPrimitives.ReadUInt64BigEndian(_source[at..]) << skip;
            if (skip + width > 64) bits |= (ulong)_source[at + 8] >> (8 - skip);
        }
        else
        {
            UInt128 tail = 0;
            for (var i = at; i < at + 9; i++) tail = (tail << 8) | (i < _source.Length ? _source[i] : (byte)0);
            bits = (ulong)(tail >> (8 - skip));
        }

        return (long)bits >> (64 - width);
    }
}

using System.Buffers.Binary;

namespace PerfPlatform.Analysis.Store.Rollups;

/// <summary>Writes fields of some bits one after another, the highest bit first, as PostgreSQL counts the bits of a <c>bit varying</c>.</summary>
internal ref struct BitWriter(Span<byte> destination)
{
    private readonly Span<byte> _destination = destination;
    private UInt128 _pending;
    private int _bits;
    private int _at;

    /// <summary>The bytes written, once <see cref="Finish"/> was called.</summary>
    public readonly int Length => _at;

    /// <summary>Appends the lowest bits of a number; a signed one comes back from its two's complement.</summary>
    public void Write(long value, int width)
    {
        if (width == 0) return;
        var mask = width == 64 ? ulong.MaxValue : (1UL << width) - 1;
        _pending = (_pending << width) | ((ulong)value & mask);
        _bits += width;
        if (_bits < 64) return;
        _bits -= 64;
        BinaryPrimitives.WriteUInt64BigEndian(_destination[_at..], (ulong)(_pending >> _bits));
        _at += 8;
    }

    /// <summary>Fills the last byte with zeros.</summary>
    public void Finish()
    {
        while (_bits > 0)
        {
            _destination[_at++] = (byte)(_bits >= 8 ? _pending >> (_bits - 8) : _pending << (8 - _bits));
            _bits -= 8;
        }

        _bits = 0;
    }
}

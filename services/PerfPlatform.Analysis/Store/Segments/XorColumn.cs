using System.Buffers.Binary;
using System.Numerics;

namespace PerfPlatform.Analysis.Store.Segments;

// Hot: every sample passes here when it is flushed and when it is queried.

/// <summary>
/// Any doubles, as the bytes in which each differs from the one before: the first whole (8 bytes, little-endian), then for each a byte
/// <c>leading zero bytes &lt;&lt; 4 | length</c> of the exclusive or and that many bytes of its middle, the lowest first; 0 where nothing differs.
/// </summary>
internal static class XorColumn
{
    /// <summary>The most bytes that <paramref name="count"/> values take.</summary>
    public static int MaxBytes(int count) => count * 9;

    public static int Write(Span<byte> destination, int at, ReadOnlySpan<double> values)
    {
        var previous = BitConverter.DoubleToUInt64Bits(values[0]);
        BinaryPrimitives.WriteUInt64LittleEndian(destination[at..], previous);
        at += 8;
        for (var i = 1; i < values.Length; i++)
        {
            var bits = BitConverter.DoubleToUInt64Bits(values[i]);
            var difference = bits ^ previous;
            previous = bits;
            if (difference == 0)
            {
                destination[at++] = 0;
                continue;
            }

            var leading = BitOperations.LeadingZeroCount(difference) >> 3;
            var trailing = BitOperations.TrailingZeroCount(difference) >> 3;
            var length = 8 - leading - trailing;
            destination[at++] = (byte)((leading << 4) | length);
            difference >>= trailing << 3;
            for (var b = 0; b < length; b++)
            {
                destination[at++] = (byte)difference;
                difference >>= 8;
            }
        }

        return at;
    }

    public static void Read(ReadOnlySpan<byte> source, ref int at, Span<double> values)
    {
        if (source.Length - at < 8) throw new InvalidDataException("The values of the segment are cut off.");
        var bits = BinaryPrimitives.ReadUInt64LittleEndian(source[at..]);
        at += 8;
        values[0] = BitConverter.UInt64BitsToDouble(bits);
        for (var i = 1; i < values.Length; i++)
        {
            if (at >= source.Length) throw new InvalidDataException("The values of the segment are cut off.");
            var control = source[at++];
            if (control != 0)
            {
                var length = control & 0xF;
                var trailing = 8 - (control >> 4) - length;
                if (trailing < 0 || length == 0 || source.Length - at < length) throw new InvalidDataException("The values of the segment are cut off.");
                ulong difference = 0;
                for (var b = length - 1; b >= 0; b--) difference = (difference << 8) | source[at + b];
                at += length;
                bits ^= difference << (trailing << 3);
            }

            values[i] = BitConverter.UInt64BitsToDouble(bits);
        }
    }
}

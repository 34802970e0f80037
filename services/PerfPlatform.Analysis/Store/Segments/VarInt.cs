using System.Numerics;
using System.Runtime.CompilerServices;

namespace PerfPlatform.Analysis.Store.Segments;

// Hot: called for every sample that is written or read.

/// <summary>Integers in groups of seven bits, the lowest first; signed ones are zigzag-coded before.</summary>
internal static class VarInt
{
    /// <summary>The most bytes that a number takes.</summary>
    public const int MaxBytes = 10;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZigZag(long value) => (ulong)((value << 1) ^ (value >> 63));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    /// <summary>How many bytes a number takes.</summary>
    public static int Bytes(ulong value) => ((BitOperations.Log2(value | 1) * 9) + 73) >> 6;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Write(Span<byte> destination, int at, ulong value)
    {
        while (value >= 0x80)
        {
            destination[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        destination[at++] = (byte)value;
        return at;
    }

    /// <summary>Reads a number and moves <paramref name="at"/> behind it.</summary>
    /// <exception cref="InvalidDataException">The bytes end within the number or it has more than 64 bits.</exception>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong Read(ReadOnlySpan<byte> source, ref int at)
    {
        if ((uint)at < (uint)source.Length && source[at] < 0x80) return source[at++];
        return ReadLong(source, ref at);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long ReadZigZag(ReadOnlySpan<byte> source, ref int at) => UnZigZag(Read(source, ref at));

    private static ulong ReadLong(ReadOnlySpan<byte> source, ref int at)
    {
        ulong value = 0;
        for (var shift = 0; shift < 70; shift += 7)
        {
            if ((uint)at >= (uint)source.Length) throw new InvalidDataException("A number of the segment is cut off.");
            var b = source[at++];
            value |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return value;
        }

        throw new InvalidDataException("A number of the segment is longer than 64 bits.");
    }
}

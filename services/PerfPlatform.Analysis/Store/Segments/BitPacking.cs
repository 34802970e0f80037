using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;

namespace PerfPlatform.Analysis.Store.Segments;

// Hot: every sample passes here when it is written and when it is read.

/// <summary>
/// Numbers of a fixed width of 0 to 64 bits, one behind the other: the lowest bit of the first is the lowest bit of the first byte.
/// The last byte is filled up with zeros.
/// </summary>
internal static class BitPacking
{
    /// <summary>So many bytes behind the numbers may be touched: by a write they become zeros, by a read they do not matter.</summary>
    public const int Slack = 16;

    public static int Bytes(int count, int width) => (int)((((long)count * width) + 7) >> 3);

    /// <summary>Writes each number less <paramref name="reference"/>. The space must have <see cref="Slack"/> more bytes than <see cref="Bytes"/> says.</summary>
    public static void Pack(ReadOnlySpan<long> numbers, long reference, int width, Span<byte> space)
    {
        ulong word = 0;
        var (bits, at) = (0, 0);
        if (width == 0) return;
        foreach (var number in numbers)
        {
            var value = (ulong)(number - reference);
            word |= value << bits;
            bits += width;
            if (bits < 64) continue;
            BinaryPrimitives.WriteUInt64LittleEndian(space[at..], word);
            at += 8;
            bits -= 64;
            word = bits == 0 ? 0 : value >> (width - bits);
        }

        BinaryPrimitives.WriteUInt64LittleEndian(space[at..], word);
    }

    /// <summary>
    /// Reads as many numbers as <paramref name="numbers"/> is long and adds <paramref name="reference"/> to each.
    /// <paramref name="packed"/> must have <see cref="Slack"/> more bytes than <see cref="Bytes"/> says.
    /// </summary>
    public static void Unpack(ReadOnlySpan<byte> packed, int width, long reference, Span<long> numbers)
    {
        if (packed.Length < Bytes(numbers.Length, width) + Slack) throw new ArgumentException("The packed numbers have no slack.", nameof(packed));
        ref var source = ref MemoryMarshal.GetReference(packed);
        var done = 0;
        if (width == 0)
        {
            numbers.Fill(reference);
            return;
        }

        if (width <= 8 && Bmi2.X64.IsSupported && Vector256.IsHardwareAccelerated) done = UnpackEights(ref source, width, reference, numbers);
        if (width <= 57) UnpackNarrow(ref source, width, reference, numbers, done);
        else UnpackWide(ref source, width, reference, numbers);
    }

    /// <summary>Eight numbers are <paramref name="width"/> whole bytes: one instruction spreads them to a byte each.</summary>
    private static int UnpackEights(ref byte source, int width, long reference, Span<long> numbers)
    {
        var mask = 0x0101_0101_0101_0101UL * ((1UL << width) - 1);
        var add = Vector256.Create(reference);
        ref var target = ref MemoryMarshal.GetReference(numbers);
        var i = 0;
        for (; i + 8 <= numbers.Length; i += 8)
        {
            var bytes = Bmi2.X64.ParallelBitDeposit(Load(ref source, (nint)(i >> 3) * width), mask);
            var shorts = Vector128.WidenLower(Vector128.CreateScalarUnsafe(bytes).AsByte());
            var (low, high) = Vector128.Widen(shorts);
            var (a, b) = Vector256.Widen(Vector256.Create(low, high));
            (a.AsInt64() + add).StoreUnsafe(ref target, (nuint)i);
            (b.AsInt64() + add).StoreUnsafe(ref target, (nuint)i + 4);
        }

        return i;
    }

    private static void UnpackNarrow(ref byte source, int width, long reference, Span<long> numbers, int from)
    {
        var mask = (1UL << width) - 1;
        nint bit = (nint)from * width;
        for (var i = from; i < numbers.Length; i++, bit += width)
            numbers[i] = (long)((Load(ref source, bit >> 3) >> ((int)bit & 7)) & mask) + reference;
    }

    private static void UnpackWide(ref byte source, int width, long reference, Span<long> numbers)
    {
        var mask = ulong.MaxValue >> (64 - width);
        nint bit = 0;
        for (var i = 0; i < numbers.Length; i++, bit += width)
        {
            var shift = (int)bit & 7;
            var word = Load(ref source, bit >> 3) >> shift;
            if (shift > 0) word |= (ulong)Unsafe.Add(ref source, (bit >> 3) + 8) << (64 - shift);
            numbers[i] = (long)(word & mask) + reference;
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong Load(ref byte source, nint at)
    {
        var word = Unsafe.ReadUnaligned<ulong>(ref Unsafe.Add(ref source, at));
        return BitConverter.IsLittleEndian ? word : BinaryPrimitives.ReverseEndianness(word);
    }
}

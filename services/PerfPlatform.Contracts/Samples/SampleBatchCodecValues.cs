// Hot file: called for every value. No LINQ, no closures, nothing allocated.
using System.Numerics;
using System.Runtime.CompilerServices;

namespace PerfPlatform.Contracts.Samples;

/// <summary>
/// The two forms of a column of values: raw, or decimals as whole numbers (12.34 is 1234 at scale 2), whichever is shorter.
/// A decimal of at most 15 digits divided by its power of ten is the double nearest to it, so the way back is bit-exact; what is not is kept raw.
/// </summary>
internal static class SampleBatchCodecValues
{
    /// <summary>The mark of a column that is kept as it is; smaller numbers are powers of ten.</summary>
    public const int Raw = 15;

    // Below 2^53 and at most 15 digits.
    private const double Largest = 999_999_999_999_999;

    private static ReadOnlySpan<double> Powers => [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14];

    /// <summary>The power of ten at which every value is whole, or <see cref="Raw"/> where there is none or it does not pay.</summary>
    public static int Choose(ReadOnlySpan<double> values)
    {
        var scale = 0;
        foreach (var value in values)
        {
            scale = ScaleOf(value, scale);
            if (scale == Raw) return Raw;
        }

        long size = 0, previous = 0;
        foreach (var value in values)
        {
            if (!TryScale(value, scale, out var scaled)) return Raw;
            size += VarintLength(ZigZag(scaled - previous));
            previous = scaled;
        }

        return size < (long)values.Length * sizeof(double) ? scale : Raw;
    }

    /// <summary>A value as a whole number, at a scale that <see cref="Choose"/> gave.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Scale(double value, int scale) => (long)Math.Round(value * Powers[scale]);

    /// <summary>The value of a whole number.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Unscale(long scaled, int scale) => scale == 0 ? scaled : scaled / Powers[scale];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static ulong ZigZag(long value) => (ulong)(value << 1 ^ value >> 63);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long UnZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    private static int ScaleOf(double value, int scale)
    {
        for (; scale < Raw; scale++)
        {
            var scaled = value * Powers[scale];
            // NaN and infinities fail this comparison too.
            if (!(Math.Abs(scaled) <= Largest)) return Raw;
            // Cheap, without the division: most scales fail here.
            if (Math.Abs(scaled - Math.Round(scaled)) <= Math.Abs(scaled) * 1e-15 && TryScale(value, scale, out _)) return scale;
        }

        return Raw;
    }

    private static bool TryScale(double value, int scale, out long scaled)
    {
        scaled = 0;
        var whole = Math.Round(value * Powers[scale]);
        if (!(Math.Abs(whole) <= Largest)) return false;
        scaled = (long)whole;
        // Bits, not values: -0.0 is not 0.
        return BitConverter.DoubleToInt64Bits(Unscale(scaled, scale)) == BitConverter.DoubleToInt64Bits(value);
    }

    private static int VarintLength(ulong value) => (BitOperations.Log2(value | 1) + 7) / 7;
}

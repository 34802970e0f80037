using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PerfPlatform.Analysis.Store.Segments;

// Hot: every sample passes here when it is flushed, when its hour is merged and when it is queried.

/// <summary>Doubles as integers divided by one power of ten, bit for bit. Most of what monitoring measures is such: counts, bytes, percentages with two digits.</summary>
internal static class DecimalScale
{
    private const double Exact = 9_007_199_254_740_992; // 2^53: up to here every integer is a double
    private const double WholeLimit = 9_223_372_036_854_775_808; // 2^63: what is larger is no long

    /// <summary>
    /// Looks for the least power of ten that makes integers of all values but a few, and fills <paramref name="integers"/>. The places of these few go to
    /// <paramref name="odd"/>, as many as it is long; their integer is that of the neighbour before.
    /// </summary>
    /// <returns>The power, or -1 where there is none.</returns>
    public static int TryScale(ReadOnlySpan<double> values, Span<long> integers, Span<long> odd, out int oddCount)
    {
        oddCount = 0;
        var power = 0;
        for (var i = 0; ;)
        {
            i += power == 0 ? TakeWhole(values[i..], integers[i..]) : Take(values[i..], integers[i..], Powers.Of(power));
            if (i == values.Length) return power;
            var larger = power + 1;
            while (larger <= Powers.Max && !Fits(values[i], Powers.Of(larger), out _)) larger++;
            if (larger <= Powers.Max)
            {
                // What went before must be scaled again.
                (power, i, oddCount) = (larger, 0, 0);
                continue;
            }

            if (oddCount == odd.Length) return -1;
            odd[oddCount++] = i;
            integers[i] = i == 0 ? 0 : integers[i - 1];
            i++;
        }
    }

    /// <summary>Whether the double is an integer divided by the power, bit for bit.</summary>
    public static bool Fits(double value, double power, out long integer)
    {
        integer = 0;
        var scaled = Math.Round(value * power);
        if (!(Math.Abs(scaled) <= Exact)) return false; // NaN and the infinities leave here
        integer = (long)scaled;
        return BitConverter.DoubleToInt64Bits(integer / power) == BitConverter.DoubleToInt64Bits(value);
    }

    /// <summary>Turns integers, which lie where the doubles go, into doubles.</summary>
    public static void ToDoubles(Span<long> integers, double power)
    {
        ref var from = ref MemoryMarshal.GetReference(integers);
        ref var to = ref Unsafe.As<long, double>(ref from);
        var i = 0;
        if (power == 1)
        {
            for (; i + 4 <= integers.Length; i += 4) Vector256.ConvertToDouble(Vector256.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        }
        else
        {
            var divisor = Vector256.Create(power);
            for (; i + 4 <= integers.Length; i += 4)
                (Vector256.ConvertToDouble(Vector256.LoadUnsafe(ref from, (nuint)i)) / divisor).StoreUnsafe(ref to, (nuint)i);
        }

        for (; i < integers.Length; i++) Unsafe.Add(ref to, i) = integers[i] / power;
    }

    /// <summary>How many of the first values are integers that a long holds.</summary>
    private static int TakeWhole(ReadOnlySpan<double> values, Span<long> integers)
    {
        var i = 0;
        for (; i < values.Length; i++)
        {
            if (!(Math.Abs(values[i]) < WholeLimit)) break;
            var integer = (long)values[i];
            integers[i] = integer;
            if (BitConverter.DoubleToInt64Bits(integer) != BitConverter.DoubleToInt64Bits(values[i])) break; // -0.0 too
        }

        return i;
    }

    /// <summary>How many of the first values are integers divided by the power.</summary>
    private static int Take(ReadOnlySpan<double> values, Span<long> integers, double power)
    {
        var i = 0;
        if (Vector256.IsHardwareAccelerated && Vector512.IsHardwareAccelerated)
        {
            var (factor, limit) = (Vector256.Create(power), Vector256.Create(Exact));
            ref var from = ref MemoryMarshal.GetReference(values);
            ref var to = ref MemoryMarshal.GetReference(integers);
            for (; i + 4 <= values.Length; i += 4)
            {
                var value = Vector256.LoadUnsafe(ref from, (nuint)i);
                var scaled = Vector256.Round(value * factor) + Vector256<double>.Zero; // which makes 0 of -0.0
                if (!Vector256.LessThanOrEqualAll(Vector256.Abs(scaled), limit) || (scaled / factor).AsInt64() != value.AsInt64()) break;
                Vector256.ConvertToInt64(scaled).StoreUnsafe(ref to, (nuint)i);
            }
        }

        while (i < values.Length && Fits(values[i], power, out integers[i])) i++;
        return i;
    }
}

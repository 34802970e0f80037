using System.Numerics;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Store.Rollups;

// Hot: every sample passes here once when its hour is rolled up.

/// <summary>
/// Values that are exact decimals: each is an integer divided by one power of ten, bit for bit. Integers are kept as doubles, which hold them exactly up to 2^53.
/// </summary>
internal static class RollupScale
{
    /// <summary>Where there is no such power.</summary>
    public const int None = -1;

    /// <summary>The power of ten itself.</summary>
    public static double Power(int scale) => Powers.Of(scale);

    /// <summary>The integer that a value is at a scale, where <see cref="Fits"/> says that it is one.</summary>
    public static double Integer(double value, double power) => Math.Round(value * power);

    /// <summary>Whether a value is an integer of at most <paramref name="limit"/> divided by the power.</summary>
    public static bool Fits(double value, double power, double limit)
    {
        var integer = Math.Round(value * power) + 0.0; // -0.0 becomes 0.0, so that it is not taken for an integer
        return Math.Abs(integer) <= limit && BitConverter.DoubleToInt64Bits(integer / power) == BitConverter.DoubleToInt64Bits(value);
    }

    /// <summary>The least scale of at least <paramref name="scale"/> at which every value is an integer of at most <paramref name="limit"/>; NaN has none.</summary>
    public static int Find(ReadOnlySpan<double> values, double limit, int scale = 0)
    {
        for (var misfit = Misfit(values, Powers.Of(scale), limit); misfit >= 0; misfit = Misfit(values, Powers.Of(scale), limit))
        {
            // A larger one is needed: what went before must fit it too.
            do
            {
                if (++scale > Powers.Max) return None;
            }
            while (!Fits(values[misfit], Powers.Of(scale), limit));
        }

        return scale;
    }

    /// <summary>The index of the first value that does not fit, or -1.</summary>
    private static int Misfit(ReadOnlySpan<double> values, double power, double limit)
    {
        var i = 0;
        var (powers, limits) = (new Vector<double>(power), new Vector<double>(limit));
        for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count)
        {
            var value = new Vector<double>(values[i..]);
            var integer = Vector.Round(value * powers) + Vector<double>.Zero;
            var same = Vector.Equals(Vector.AsVectorInt64(integer / powers), Vector.AsVectorInt64(value));
            if (!Vector.EqualsAll(same & Vector.LessThanOrEqual(Vector.Abs(integer), limits), Vector<long>.AllBitsSet)) break;
        }

        for (; i < values.Length; i++)
        {
            if (!Fits(values[i], power, limit)) return i;
        }

        return -1;
    }
}

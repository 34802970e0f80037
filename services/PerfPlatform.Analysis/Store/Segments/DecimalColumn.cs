namespace PerfPlatform.Analysis.Store.Segments;

// Hot: every sample passes here when it is flushed and when it is queried.

/// <summary>
/// Values that are exact decimals: each is an integer below 2^53 divided by one power of ten, bit for bit. Written as the power (one byte),
/// the first integer and the differences, as zigzag varints. Most of what monitoring measures is such: counts, bytes, percentages with two digits.
/// </summary>
internal static class DecimalColumn
{
    private const double Limit = 9_007_199_254_740_992; // 2^53: up to here every integer is a double.

    // Powers of ten that a double holds exactly.
    private static readonly double[] Powers =
        [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>The least power of ten with which every value is an integer; -1 where there is none. Fills <paramref name="integers"/>.</summary>
    public static int TryScale(ReadOnlySpan<double> values, Span<long> integers)
    {
        var power = 0;
        for (var i = 0; i < values.Length;)
        {
            if (Fits(values[i], Powers[power], out integers[i]))
            {
                i++;
                continue;
            }

            // A larger power is needed: what went before must be scaled again.
            do
            {
                if (++power == Powers.Length) return -1;
            }
            while (!Fits(values[i], Powers[power], out integers[i]));
            for (var j = 0; j < i; j++)
            {
                if (!Fits(values[j], Powers[power], out integers[j])) return -1;
            }

            i++;
        }

        return power;
    }

    public static int Write(Span<byte> destination, int at, int power, ReadOnlySpan<long> integers)
    {
        destination[at++] = (byte)power;
        var previous = 0L;
        foreach (var integer in integers)
        {
            at = VarInt.Write(destination, at, VarInt.ZigZag(integer - previous));
            previous = integer;
        }

        return at;
    }

    public static void Read(ReadOnlySpan<byte> source, ref int at, Span<double> values)
    {
        if (at >= source.Length || source[at] >= Powers.Length) throw new InvalidDataException("The power of ten of the segment is not known.");
        var power = Powers[source[at++]];
        var integer = 0L;
        for (var i = 0; i < values.Length; i++)
        {
            integer += VarInt.UnZigZag(VarInt.Read(source, ref at));
            values[i] = integer / power;
        }
    }

    private static bool Fits(double value, double power, out long integer)
    {
        integer = 0;
        var scaled = Math.Round(value * power);
        if (!(Math.Abs(scaled) <= Limit)) return false; // NaN and the infinities leave here
        integer = (long)scaled;
        return BitConverter.DoubleToInt64Bits(integer / power) == BitConverter.DoubleToInt64Bits(value);
    }
}

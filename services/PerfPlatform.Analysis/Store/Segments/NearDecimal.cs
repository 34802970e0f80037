namespace PerfPlatform.Analysis.Store.Segments;

/// <summary>
/// Doubles a few steps of their last bit beside a decimal, as arithmetic leaves them: 42.06 * 0.01 is the double after 0.4206, 1 - 0.99 the fifth after 0.01.
/// </summary>
internal static class NearDecimal
{
    private const long MostSteps = 127;
    private const double Limit = 1L << 38; // with more digits any double would be near one

    /// <summary>Looks for the least power of ten with which all values but a few are near integers divided by it. As <see cref="DecimalScale.TryScale"/>.</summary>
    public static int TryScale(ReadOnlySpan<double> values, Span<long> integers, Span<long> steps, Span<long> odd, out int oddCount)
    {
        oddCount = 0;
        var power = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (IsNear(values[i], Powers.Of(power), out integers[i], out steps[i])) continue;
            var larger = power + 1;
            while (larger <= Powers.Max && !IsNear(values[i], Powers.Of(larger), out _, out _)) larger++;
            if (larger <= Powers.Max)
            {
                (power, i, oddCount) = (larger, -1, 0);
                continue;
            }

            if (oddCount == odd.Length) return -1;
            odd[oddCount++] = i;
            (integers[i], steps[i]) = (i == 0 ? 0 : integers[i - 1], 0);
        }

        return power;
    }

    private static bool IsNear(double value, double power, out long integer, out long steps)
    {
        (integer, steps) = (0, 0);
        var scaled = Math.Round(value * power);
        if (!(Math.Abs(scaled) <= Limit)) return false;
        integer = (long)scaled;
        steps = BitConverter.DoubleToInt64Bits(value) - BitConverter.DoubleToInt64Bits(integer / power);
        return (ulong)(steps + MostSteps) <= 2 * MostSteps; // -0.0 and other signs are as far apart as can be
    }
}

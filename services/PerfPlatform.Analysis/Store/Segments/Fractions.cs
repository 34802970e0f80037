using System.Numerics;

namespace PerfPlatform.Analysis.Store.Segments;

// Samples that are no decimals pass here when their hour is merged: some 100 ns each, so a few are looked at first.

/// <summary>
/// Doubles as the fractions that they were computed from: a share of so many ticks, bytes or microseconds is p / q of integers, mostly bit for bit,
/// and a few steps of the last bit beside it where it was computed as one less another share.
/// </summary>
internal sealed class Fractions
{
    private const int Tried = 24;
    private const int MostSteps = 127;
    private const long Largest = 1L << 40;
    private const int MostBits = 48; // of all three together: with more any double would be near a fraction, and nothing saved

    private long[] _sorted = new long[256];

    public long[] Numerators { get; private set; } = new long[256];

    public long[] Denominators { get; private set; } = new long[256];

    /// <summary>By how many steps of its last bit each double differs from its fraction.</summary>
    public long[] Steps { get; private set; } = new long[256];

    /// <summary>Looks for fractions of one habit. The places of values that have none go to <paramref name="odd"/>; false where these are too many.</summary>
    public bool TryFind(ReadOnlySpan<double> values, Span<long> odd, out int oddCount)
    {
        oddCount = 0;
        var failed = 0;
        var stride = Math.Max(1, values.Length / Tried);
        for (var i = 0; i < values.Length; i += stride) failed += TryFind(values[i], out _, out _, out _) ? 0 : 1;
        if (failed > Tried / 4) return false;

        Reserve(values.Length);
        var known = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (!TryFind(values[i], out Numerators[i], out Denominators[i], out Steps[i]))
            {
                if (oddCount == odd.Length) return false;
                odd[oddCount++] = i;
                (Numerators[i], Denominators[i], Steps[i]) = i == 0 ? (0, 1, 0) : (Numerators[i - 1], Denominators[i - 1], 0);
            }
            else if (Denominators[i] > 1)
            {
                _sorted[known++] = Denominators[i];
            }
        }

        if (known == 0) return false;
        Extend(known, values.Length);
        return true;
    }

    /// <summary>
    /// Takes back the reduction: 1/2 of 200 ticks becomes 100/200, so that denominators stay near each other. Nearly all were reduced by little or not at all,
    /// so one that is larger than most, but not the odd largest, is what they are brought near to.
    /// </summary>
    private void Extend(int known, int count)
    {
        _sorted.AsSpan(0, known).Sort();
        var usual = _sorted[known * 19 / 20];
        for (var i = 0; i < count; i++)
        {
            var factor = Math.Max(1, (usual + (Denominators[i] / 2)) / Denominators[i]);
            Numerators[i] *= factor;
            Denominators[i] *= factor;
        }
    }

    /// <summary>The fraction with the least denominator that gives the double bit for bit, or else nearly.</summary>
    private static bool TryFind(double value, out long numerator, out long denominator, out long steps)
    {
        (numerator, denominator, steps) = (0, 1, 0);
        var bits = BitConverter.DoubleToInt64Bits(value);
        if (bits == 0) return true;
        if (!(value is > 1e-12 and < Largest)) return false;

        // The double itself is top / bottom; the convergents of its continued fraction are the best fractions there are.
        var exponent = (int)(bits >> 52) - 1075;
        var top = (ulong)(bits & 0xF_FFFF_FFFF_FFFF) | (1UL << 52);
        var zeros = BitOperations.TrailingZeroCount(top);
        (top, exponent) = (top >> zeros, exponent + zeros);
        if (exponent >= 0) (top, exponent) = (top << exponent, 0);
        var (over, under) = ((UInt128)top, UInt128.One << -exponent);
        var (p0, q0, p1, q1) = (0L, 1L, 1L, 0L);
        var found = false;
        while (under != 0)
        {
            UInt128 whole;
            if ((over | under) <= ulong.MaxValue)
            {
                var (quotient, rest) = Math.DivRem((ulong)over, (ulong)under);
                (whole, over, under) = (quotient, under, rest);
            }
            else
            {
                whole = over / under;
                (over, under) = (under, over - (whole * under));
            }

            if (whole > (UInt128)Largest) break;
            (p0, p1) = (p1, ((long)whole * p1) + p0);
            (q0, q1) = (q1, ((long)whole * q1) + q0);
            if (Bits(p1) + Bits(q1) > MostBits) break;
            var distance = bits - BitConverter.DoubleToInt64Bits((double)p1 / q1);
            if (Math.Abs(distance) > MostSteps || Bits(p1) + Bits(q1) + Bits(Math.Abs(distance)) > MostBits || (found && distance != 0)) continue;
            (numerator, denominator, steps, found) = (p1, q1, distance, true);
            if (distance == 0) break;
        }

        return found;
    }

    private static int Bits(long number) => 64 - BitOperations.LeadingZeroCount((ulong)number);

    private void Reserve(int count)
    {
        if (_sorted.Length >= count) return;
        var size = Math.Max(count, _sorted.Length * 2);
        _sorted = new long[size];
        (Numerators, Denominators, Steps) = (new long[size], new long[size], new long[size]);
    }
}

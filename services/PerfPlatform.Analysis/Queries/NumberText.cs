using System.Globalization;

namespace PerfPlatform.Analysis.Queries;

// Hot: every number of an answer passes here.

/// <summary>
/// Numbers as JSON text, byte for byte what the framework writes: the shortest text that reads back as the same double.
/// Decimals of few digits, most of what monitoring measures, are written as the integer they are; everything else is left to the framework.
/// </summary>
internal struct NumberText
{
    /// <summary>Room that one number needs at most.</summary>
    public const int MaxBytes = 32;

    // From 1e15 on, and below 1e-4, the framework writes an exponent. Up to 15 digits no two decimals are the same double, so the one that is found is the shortest.
    private const double Limit = 1e15;
    private const int MaxPower = 6;
    private static readonly double[] Powers = [1, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6];
    private static readonly long[] Integers = [1, 10, 100, 1000, 10_000, 100_000, 1_000_000];
    private int _power; // of the number before: neighbours are alike

    public static int Write(Span<byte> target, long value)
    {
        value.TryFormat(target, out var written, default, CultureInfo.InvariantCulture);
        return written;
    }

    /// <summary>Writes a finite double.</summary>
    public int Write(Span<byte> target, double value)
    {
        var magnitude = Math.Abs(value);
        if (magnitude is < Limit and >= 1e-4 && (Fits(magnitude, _power, out var integer) || TryPowers(magnitude, out integer)))
        {
            var at = 0;
            if (value < 0) target[at++] = (byte)'-';
            return at + WriteDecimal(target[at..], integer, _power);
        }

        value.TryFormat(target, out var written, default, CultureInfo.InvariantCulture);
        return written;
    }

    private bool TryPowers(double magnitude, out long integer)
    {
        for (var power = 0; power <= MaxPower; power++)
        {
            if (!Fits(magnitude, power, out integer)) continue;
            _power = power;
            return true;
        }

        integer = 0;
        return false;
    }

    private static bool Fits(double magnitude, int power, out long integer)
    {
        var scaled = Math.Round(magnitude * Powers[power]);
        integer = (long)scaled;
        return scaled < Limit && scaled / Powers[power] == magnitude;
    }

    private static int WriteDecimal(Span<byte> target, long integer, int power)
    {
        while (power > 0)
        {
            var (tenth, digit) = Math.DivRem(integer, 10);
            if (digit != 0) break;
            integer = tenth;
            power--;
        }

        if (power == 0) return Write(target, integer);
        var (whole, fraction) = Math.DivRem(integer, Integers[power]);
        var length = Write(target, whole);
        target[length] = (byte)'.';
        for (var i = length + power; i > length; i--)
        {
            (fraction, var digit) = Math.DivRem(fraction, 10);
            target[i] = (byte)('0' + digit);
        }

        return length + 1 + power;
    }
}

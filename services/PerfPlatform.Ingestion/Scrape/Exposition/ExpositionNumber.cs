// Hot file: reads every number of every scraped page.
using System.Buffers.Text;
using System.Globalization;
using System.Text;

namespace PerfPlatform.Ingestion.Scrape.Exposition;

/// <summary>Numbers as pages write them: <c>1027</c>, <c>1.5e-3</c>, <c>NaN</c>, <c>+Inf</c>.</summary>
internal static class ExpositionNumber
{
    // A number that is none, as Prometheus writes it; never its stale marker.
    private const long NotANumber = 0x7ff8000000000001;

    // Whole numbers of so many digits are exact as a double.
    private const int ExactDigits = 15;

    public static bool TryRead(ReadOnlySpan<byte> text, out double value)
    {
        if (text.Length is > 0 and <= ExactDigits && TryReadDigits(text, out value)) return true;
        value = 0;
        if (text.IsEmpty) return false;
        var unsigned = text[0] is (byte)'+' or (byte)'-' ? text[1..] : text;
        if (unsigned.IsEmpty) return false;
        if (char.IsAsciiDigit((char)unsigned[0]) || unsigned[0] == (byte)'.')
        {
            const NumberStyles style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;
            return double.TryParse(text, style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        }

        if (Ascii.EqualsIgnoreCase(unsigned, "Inf"u8) || Ascii.EqualsIgnoreCase(unsigned, "Infinity"u8))
        {
            value = text[0] == (byte)'-' ? double.NegativeInfinity : double.PositiveInfinity;
            return true;
        }

        value = BitConverter.Int64BitsToDouble(NotANumber);
        return Ascii.EqualsIgnoreCase(text, "NaN"u8);
    }

    /// <summary>A time in milliseconds.</summary>
    public static bool TryReadMilliseconds(ReadOnlySpan<byte> text, out long milliseconds) => Utf8Parser.TryParse(text, out milliseconds, out var used) && used == text.Length;

    /// <summary>A time in seconds, to the millisecond.</summary>
    public static bool TryReadSeconds(ReadOnlySpan<byte> text, out long milliseconds)
    {
        milliseconds = 0;
        if (!TryRead(text, out var seconds) || !(Math.Abs(seconds) < 1e15)) return false;
        milliseconds = (long)Math.Round(seconds * 1000);
        return true;
    }

    private static bool TryReadDigits(ReadOnlySpan<byte> text, out double value)
    {
        var number = 0L;
        foreach (var digit in text)
        {
            var one = (uint)(digit - '0');
            if (one > 9)
            {
                value = 0;
                return false;
            }

            number = (number * 10) + one;
        }

        value = number;
        return true;
    }
}

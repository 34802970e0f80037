// Hot file: every field of every line passes here. Nothing is allocated; what is no value answers false, never throws.
using System.Buffers.Text;
using System.Globalization;

namespace PerfPlatform.Ingestion.Influx;

/// <summary>Reads the value of a field that is not a string: <c>0.64</c>, <c>-1.2e+3</c>, <c>42i</c>, <c>42u</c>, <c>t</c>, <c>False</c>.</summary>
internal static class FieldValue
{
    private const NumberStyles Style = NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint | NumberStyles.AllowExponent;

    /// <summary>Reads a number or boolean.</summary>
    /// <param name="text">All bytes of the value.</param>
    /// <param name="value">The number. Integers beyond 2^53 are rounded to the nearest that a double has.</param>
    public static bool TryRead(ReadOnlySpan<byte> text, out double value)
    {
        value = 0;
        if (text.IsEmpty) return false;
        switch (text[0])
        {
            case (byte)'t' or (byte)'T':
                value = 1;
                return text.Length == 1 || text.SequenceEqual("true"u8) || text.SequenceEqual("True"u8) || text.SequenceEqual("TRUE"u8);
            case (byte)'f' or (byte)'F':
                return text.Length == 1 || text.SequenceEqual("false"u8) || text.SequenceEqual("False"u8) || text.SequenceEqual("FALSE"u8);
            case (byte)'-' or (byte)'.' or (>= (byte)'0' and <= (byte)'9'):
                break;
            default:
                return false;
        }

        var digits = text[..^1];
        switch (text[^1])
        {
            case (byte)'i':
                var signed = Utf8Parser.TryParse(digits, out long integer, out var read) && read == digits.Length;
                value = integer;
                return signed;
            case (byte)'u':
                var unsigned = Utf8Parser.TryParse(digits, out ulong natural, out read) && read == digits.Length;
                value = natural;
                return unsigned;
            default:
                // "-Infinity" and 1e999 are no values of the protocol.
                return double.TryParse(text, Style, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
        }
    }
}

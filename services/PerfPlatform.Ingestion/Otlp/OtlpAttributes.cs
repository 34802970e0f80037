using System.Buffers.Text;
using System.Globalization;
using System.Text;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>
/// Attributes as text: <c>KeyValue { string key = 1; AnyValue value = 2 }</c>,
/// <c>AnyValue { oneof { string = 1; bool = 2; int64 = 3; double = 4; ArrayValue = 5; KeyValueList = 6; bytes = 7 } }</c>. Only for series that are met for the first time.
/// </summary>
internal static class OtlpAttributes
{
    // Arrays within arrays: deeper ones are cut.
    private const int MaxDepth = 8;

    // Beyond the longest label that the settings allow: with each level of arrays, quotes and backslashes become twice as many.
    private const int MaxListBytes = 128 << 10;

    /// <summary>Reads the next attribute of a message whose attributes are the field <paramref name="wanted"/>; false at the end or when malformed.</summary>
    public static bool TryReadNext(ref ProtoReader message, int wanted, out ReadOnlySpan<byte> attribute)
    {
        while (message.TryReadTag(out var field, out var type))
        {
            if (field == wanted && type == WireType.Bytes) return message.TryReadBytes(out attribute);
            if (!message.TrySkip(type)) break;
        }

        attribute = default;
        return false;
    }

    /// <summary>Reads an attribute's key and its value as text in UTF-8.</summary>
    public static bool TryRead(ReadOnlySpan<byte> attribute, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value) => TryRead(attribute, 0, out key, out value);

    private static bool TryText(ReadOnlySpan<byte> any, int depth, out ReadOnlySpan<byte> text)
    {
        text = default;
        var reader = new ProtoReader(any);
        while (reader.TryReadTag(out var field, out var type))
        {
            switch (field, type)
            {
                case (1, WireType.Bytes):
                    if (!reader.TryReadBytes(out text)) return false;
                    break;
                case (2, WireType.Varint):
                    if (!reader.TryReadVarint(out var flag)) return false;
                    text = flag != 0 ? "true"u8 : "false"u8;
                    break;
                case (3, WireType.Varint):
                    if (!reader.TryReadVarint(out var number)) return false;
                    text = Encoding.UTF8.GetBytes(((long)number).ToString(CultureInfo.InvariantCulture));
                    break;
                case (4, WireType.Fixed64):
                    if (!reader.TryReadFixed64(out var bits)) return false;
                    text = Encoding.UTF8.GetBytes(NumberText(BitConverter.UInt64BitsToDouble(bits)));
                    break;
                case (5 or 6, WireType.Bytes):
                    if (!reader.TryReadBytes(out var list) || !TryList(list, field == 6, depth, out text)) return false;
                    break;
                case (7, WireType.Bytes):
                    if (!reader.TryReadBytes(out var raw)) return false;
                    var base64 = new byte[Base64.GetMaxEncodedToUtf8Length(raw.Length)];
                    Base64.EncodeToUtf8(raw, base64, out _, out var written);
                    text = base64.AsSpan(0, written);
                    break;
                default:
                    if (!reader.TrySkip(type)) return false;
                    break;
            }
        }

        return !reader.Failed;
    }

    /// <summary>Decimal as Prometheus writes bounds and quantiles: <c>0.005</c>, <c>1</c>, <c>1e+16</c>, <c>+Inf</c>.</summary>
    public static string NumberText(double number) => number switch
    {
        double.PositiveInfinity => "+Inf",
        double.NegativeInfinity => "-Inf",
        double.NaN => "NaN",
        _ => number.ToString("R", CultureInfo.InvariantCulture).Replace('E', 'e'),
    };

    // ["a","b"] and {"k":"v"}: every element as text.
    private static bool TryList(ReadOnlySpan<byte> list, bool keyed, int depth, out ReadOnlySpan<byte> text)
    {
        text = default;
        if (depth >= MaxDepth) return true;
        // Bytes, not text: what is not UTF-8 stays so, and is refused with the label.
        List<byte> json = [keyed ? (byte)'{' : (byte)'['];
        var reader = new ProtoReader(list);
        while (TryReadNext(ref reader, 1, out var element))
        {
            if (json.Count > 1) json.Add((byte)',');
            scoped ReadOnlySpan<byte> value;
            if (keyed)
            {
                if (!TryRead(element, depth + 1, out var key, out value)) return false;
                Quote(json, key);
                json.Add((byte)':');
            }
            else if (!TryText(element, depth + 1, out value))
            {
                return false;
            }

            Quote(json, value);
            if (json.Count > MaxListBytes) break;
        }

        json.Add(keyed ? (byte)'}' : (byte)']');
        text = json.ToArray();
        return !reader.Failed;
    }

    private static bool TryRead(ReadOnlySpan<byte> pair, int depth, out ReadOnlySpan<byte> key, out ReadOnlySpan<byte> value)
    {
        key = value = default;
        ReadOnlySpan<byte> any = default;
        var reader = new ProtoReader(pair);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (type != WireType.Bytes)
            {
                if (!reader.TrySkip(type)) return false;
                continue;
            }

            if (!reader.TryReadBytes(out var bytes)) return false;
            if (field == 1) key = bytes;
            else if (field == 2) any = bytes;
        }

        return !reader.Failed && TryText(any, depth, out value);
    }

    // What goes beyond the limit is left out: the text is too long for a label whatever follows.
    private static void Quote(List<byte> json, ReadOnlySpan<byte> utf8)
    {
        json.Add((byte)'"');
        foreach (var value in utf8)
        {
            if (json.Count > MaxListBytes) return;
            if (value is (byte)'"' or (byte)'\\') json.Add((byte)'\\');
            json.Add(value);
        }

        json.Add((byte)'"');
    }
}

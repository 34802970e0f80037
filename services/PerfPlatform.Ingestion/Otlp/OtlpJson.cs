// Hot file: every byte of OTLP/JSON is read here. No strings, nothing allocated but the target's memory.
using System.Buffers;
using System.Buffers.Binary;
using System.Buffers.Text;
using System.Globalization;
using System.Text.Json;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>
/// Writes an ExportMetricsServiceRequest of OTLP/JSON as protobuf, so that one reader knows what a metric means. Lenient as the specification wants it: what is
/// not known is stepped over, null is absent, numbers may be written as text and the other way round.
/// </summary>
internal static class OtlpJson
{
    // Lengths are written when their message is complete, into as many bytes as the longest may need.
    private const int LengthBytes = 5;

    /// <summary>Writes <paramref name="json"/> to the end of <paramref name="target"/>.</summary>
    /// <exception cref="IntakeFormatException">It is not such a request.</exception>
    public static void Transcode(ReadOnlySpan<byte> json, IntakeBody target)
    {
        var reader = new Utf8JsonReader(json, new JsonReaderOptions { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true });
        try
        {
            reader.Read();
            Message(ref reader, OtlpJsonMessage.Request, target);
            if (reader.Read()) throw Wrong(reader, "there is more after the request");
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw new IntakeFormatException("The body is not an OTLP ExportMetricsServiceRequest in JSON: " + e.Message, e);
        }
    }

    private static void Message(ref Utf8JsonReader reader, OtlpJsonMessage message, IntakeBody target)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw Wrong(reader, "there must be an object");
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var field = Find(ref reader, message);
            reader.Read();
            if (field is null) reader.Skip();
            else if (reader.TokenType != JsonTokenType.Null) Field(ref reader, field, target);
        }
    }

    private static OtlpJsonField? Find(ref Utf8JsonReader reader, OtlpJsonMessage message)
    {
        foreach (var field in message.Fields)
        {
            if (reader.ValueTextEquals(field.Name)) return field;
        }

        return null;
    }

    private static void Field(ref Utf8JsonReader reader, OtlpJsonField field, IntakeBody target)
    {
        switch (field.Type)
        {
            case OtlpJsonType.Message when reader.TokenType == JsonTokenType.StartArray:
                while (reader.Read() && reader.TokenType != JsonTokenType.EndArray) Embedded(ref reader, field, target);
                break;
            case OtlpJsonType.Message:
                Embedded(ref reader, field, target);
                break;
            case OtlpJsonType.Text:
                Text(ref reader, field, target);
                break;
            case OtlpJsonType.Base64:
                if (reader.TokenType != JsonTokenType.String || !reader.TryGetBytesFromBase64(out var bytes)) throw Wrong(reader, "there must be base64");
                Tag(target, field, WireType.Bytes);
                Varint(target, (ulong)bytes.Length);
                bytes.CopyTo(target.Append(bytes.Length));
                break;
            case OtlpJsonType.Bool:
                Tag(target, field, WireType.Varint);
                Varint(target, Flag(ref reader) ? 1UL : 0);
                break;
            case OtlpJsonType.Integer:
                Tag(target, field, WireType.Varint);
                Varint(target, (ulong)Integer(ref reader));
                break;
            case OtlpJsonType.Signed:
                var number = Integer(ref reader);
                if (number is < int.MinValue or > int.MaxValue) throw Wrong(reader, "the number is too large");
                Tag(target, field, WireType.Varint);
                Varint(target, (uint)((int)number << 1 ^ (int)number >> 31));
                break;
            case OtlpJsonType.Fixed:
                Tag(target, field, WireType.Fixed64);
                BinaryPrimitives.WriteUInt64LittleEndian(target.Append(sizeof(ulong)), Unsigned(ref reader));
                break;
            case OtlpJsonType.SignedFixed:
                Tag(target, field, WireType.Fixed64);
                BinaryPrimitives.WriteInt64LittleEndian(target.Append(sizeof(long)), Integer(ref reader));
                break;
            case OtlpJsonType.Double:
                Tag(target, field, WireType.Fixed64);
                BinaryPrimitives.WriteDoubleLittleEndian(target.Append(sizeof(double)), Double(ref reader));
                break;
            default:
                Numbers(ref reader, field, target);
                break;
        }
    }

    private static void Embedded(ref Utf8JsonReader reader, OtlpJsonField field, IntakeBody target)
    {
        var start = Begin(target, field);
        Message(ref reader, field.Message!, target);
        End(target, start);
    }

    private static void Numbers(ref Utf8JsonReader reader, OtlpJsonField field, IntakeBody target)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw Wrong(reader, "there must be an array of numbers");
        var start = Begin(target, field);
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            if (field.Type == OtlpJsonType.Integers) Varint(target, Unsigned(ref reader));
            else if (field.Type == OtlpJsonType.Fixeds) BinaryPrimitives.WriteUInt64LittleEndian(target.Append(sizeof(ulong)), Unsigned(ref reader));
            else BinaryPrimitives.WriteDoubleLittleEndian(target.Append(sizeof(double)), Double(ref reader));
        }

        End(target, start);
    }

    private static void Text(ref Utf8JsonReader reader, OtlpJsonField field, IntakeBody target)
    {
        if (reader.TokenType != JsonTokenType.String) throw Wrong(reader, "there must be a text");
        // Escapes are longer than what they stand for.
        var rented = ArrayPool<byte>.Shared.Rent(reader.ValueSpan.Length + 1);
        try
        {
            var length = reader.CopyString(rented);
            Tag(target, field, WireType.Bytes);
            Varint(target, (ulong)length);
            rented.AsSpan(0, length).CopyTo(target.Append(length));
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private static bool Flag(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.True => true,
        JsonTokenType.False => false,
        JsonTokenType.String when reader.ValueTextEquals("true"u8) => true,
        JsonTokenType.String when reader.ValueTextEquals("false"u8) => false,
        _ => throw Wrong(reader, "there must be true or false"),
    };

    private static ulong Unsigned(ref Utf8JsonReader reader)
    {
        if (IsNumber(reader))
        {
            if (Utf8Parser.TryParse(reader.ValueSpan, out ulong number, out var read) && read == reader.ValueSpan.Length) return number;
            if (Whole(reader) is { } whole and >= ulong.MinValue and <= ulong.MaxValue) return (ulong)whole;
        }

        throw Wrong(reader, "there must be a whole number from 0 to 18446744073709551615");
    }

    private static long Integer(ref Utf8JsonReader reader)
    {
        if (IsNumber(reader))
        {
            if (Utf8Parser.TryParse(reader.ValueSpan, out long number, out var read) && read == reader.ValueSpan.Length) return number;
            if (Whole(reader) is { } whole and >= long.MinValue and <= long.MaxValue) return (long)whole;
        }

        throw Wrong(reader, "there must be a whole number from -9223372036854775808 to 9223372036854775807");
    }

    // int64 is written as a text, and many senders write a number.
    private static bool IsNumber(in Utf8JsonReader reader) => reader.TokenType is JsonTokenType.Number or JsonTokenType.String;

    // 1.79e18 of a sender whose numbers are all floating
    private static decimal? Whole(in Utf8JsonReader reader) =>
        decimal.TryParse(reader.ValueSpan, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && decimal.IsInteger(number) ? number : null;

    private static double Double(ref Utf8JsonReader reader)
    {
        if (reader.TokenType == JsonTokenType.Number) return reader.GetDouble();
        if (reader.TokenType == JsonTokenType.String)
        {
            if (reader.ValueTextEquals("NaN"u8)) return double.NaN;
            if (reader.ValueTextEquals("Infinity"u8)) return double.PositiveInfinity;
            if (reader.ValueTextEquals("-Infinity"u8)) return double.NegativeInfinity;
            if (Utf8Parser.TryParse(reader.ValueSpan, out double number, out var read) && read == reader.ValueSpan.Length) return number;
        }

        throw Wrong(reader, "there must be a number");
    }

    private static int Begin(IntakeBody target, OtlpJsonField field)
    {
        Tag(target, field, WireType.Bytes);
        target.Append(LengthBytes);
        return target.Span.Length;
    }

    private static void End(IntakeBody target, int start)
    {
        var length = (uint)(target.Span.Length - start);
        var bytes = target.Written(start - LengthBytes, LengthBytes);
        for (var i = 0; i < LengthBytes; i++, length >>= 7) bytes[i] = (byte)(length & 0x7F | (i < LengthBytes - 1 ? 0x80u : 0));
    }

    // Every field number of the schema is below 16: one byte.
    private static void Tag(IntakeBody target, OtlpJsonField field, WireType type) => target.Append(1)[0] = (byte)(field.Number << 3 | (int)type);

    private static void Varint(IntakeBody target, ulong value)
    {
        for (; value >= 0x80; value >>= 7) target.Append(1)[0] = (byte)(value | 0x80);
        target.Append(1)[0] = (byte)value;
    }

    private static JsonException Wrong(in Utf8JsonReader reader, string what) => new($"at byte {reader.TokenStartIndex} {what}.");
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace PerfPlatform.Contracts.Queries;

/// <summary>A double that JSON may have no number for: NaN and the infinities are the strings <c>"NaN"</c>, <c>"+Inf"</c>, <c>"-Inf"</c>.</summary>
public sealed class DoubleJsonConverter : JsonConverter<double>
{
    /// <inheritdoc />
    public override double Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) => ReadValue(ref reader);

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, double value, JsonSerializerOptions options) => WriteValue(writer, value);

    internal static double ReadValue(ref Utf8JsonReader reader) => reader.TokenType switch
    {
        JsonTokenType.Number => reader.GetDouble(),
        JsonTokenType.String => reader.GetString() switch
        {
            "NaN" => double.NaN,
            "+Inf" or "Inf" => double.PositiveInfinity,
            "-Inf" => double.NegativeInfinity,
            var text => throw new JsonException($"'{text}' is not a number: write a number, \"NaN\", \"+Inf\" or \"-Inf\"."),
        },
        _ => throw new JsonException("A number is expected here."),
    };

    internal static void WriteValue(Utf8JsonWriter writer, double value)
    {
        if (double.IsFinite(value)) writer.WriteNumberValue(value);
        else if (double.IsNaN(value)) writer.WriteStringValue("NaN"u8);
        else writer.WriteStringValue(value > 0 ? "+Inf"u8 : "-Inf"u8);
    }
}

/// <summary>A column of doubles with gaps: null for a gap, strings for NaN and the infinities.</summary>
public sealed class NullableDoubleColumnJsonConverter : JsonConverter<IReadOnlyList<double?>>
{
    /// <inheritdoc />
    public override IReadOnlyList<double?> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartArray) throw new JsonException("A column of values is an array.");
        var values = new List<double?>();
        while (reader.Read() && reader.TokenType != JsonTokenType.EndArray)
        {
            values.Add(reader.TokenType == JsonTokenType.Null ? null : DoubleJsonConverter.ReadValue(ref reader));
        }

        return values;
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, IReadOnlyList<double?> value, JsonSerializerOptions options)
    {
        writer.WriteStartArray();
        for (var i = 0; i < value.Count; i++)
        {
            if (value[i] is { } number) DoubleJsonConverter.WriteValue(writer, number);
            else writer.WriteNullValue();
        }

        writer.WriteEndArray();
    }
}

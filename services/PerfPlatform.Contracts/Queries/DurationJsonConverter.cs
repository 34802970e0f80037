using System.Text.Json;
using System.Text.Json.Serialization;

namespace PerfPlatform.Contracts.Queries;

/// <summary>A <see cref="TimeSpan"/> as the API writes durations: <c>"5m"</c>.</summary>
public sealed class DurationJsonConverter : JsonConverter<TimeSpan>
{
    /// <inheritdoc />
    public override TimeSpan Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
        return DurationText.TryParse(text, out var value) ? value : throw new JsonException($"'{text}' is not a duration: write for example 30s, 5m, 1h or 7d.");
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, TimeSpan value, JsonSerializerOptions options) => writer.WriteStringValue(DurationText.Format(value));
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace PerfPlatform.Contracts.Queries;

/// <summary>The text of a time that may be told from now, as <see cref="TimeText.Read"/> takes it; Unix milliseconds may be a number.</summary>
public sealed class TimeTextJsonConverter : JsonConverter<string>
{
    /// <inheritdoc />
    public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var milliseconds) ? milliseconds.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : reader.TokenType == JsonTokenType.String ? reader.GetString()
        : throw new JsonException("A time is a text or Unix milliseconds.");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

using System.Text.Json;
using System.Text.Json.Serialization;

namespace PerfPlatform.Contracts.Queries;

/// <summary>A point in time as the API takes it, RFC 3339 with an offset or Unix milliseconds, and writes it, RFC 3339.</summary>
public sealed class TimeJsonConverter : JsonConverter<DateTimeOffset>
{
    /// <inheritdoc />
    public override DateTimeOffset Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var milliseconds))
            return TimeText.TryUnix(milliseconds, out var unix, out var noUnix) ? unix : throw new JsonException("A time " + noUnix);
        return TimeText.TryParse(reader.TokenType == JsonTokenType.String ? reader.GetString() : "", out var time, out var error) ? time : throw new JsonException("A time " + error);
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, DateTimeOffset value, JsonSerializerOptions options) => writer.WriteStringValue(value);
}

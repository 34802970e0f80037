using System.Text.Json;
using System.Text.Json.Serialization;

namespace PerfPlatform.Contracts.Series;

/// <summary>A fingerprint as a string of 32 hexadecimal digits.</summary>
public sealed class FingerprintJsonConverter : JsonConverter<Fingerprint>
{
    /// <inheritdoc />
    public override Fingerprint Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
        Fingerprint.TryParse(reader.GetString(), out var value) ? value : throw new JsonException("A fingerprint is 32 hexadecimal digits.");

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, Fingerprint value, JsonSerializerOptions options) => writer.WriteStringValue(value.ToString());
}

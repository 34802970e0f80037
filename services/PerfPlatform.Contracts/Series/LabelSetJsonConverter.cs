using System.Text.Json;
using System.Text.Json.Serialization;

namespace PerfPlatform.Contracts.Series;

/// <summary>Labels as a JSON object: <c>{"host.name":"web-1"}</c>.</summary>
public sealed class LabelSetJsonConverter : JsonConverter<LabelSet>
{
    /// <inheritdoc />
    public override LabelSet Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
    {
        if (reader.TokenType != JsonTokenType.StartObject) throw new JsonException("Labels are a JSON object of strings.");
        var labels = new List<Label>();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = reader.GetString()!;
            if (!reader.Read() || reader.TokenType != JsonTokenType.String) throw new JsonException($"The value of the label '{name}' is not a string.");
            labels.Add(new Label(name, reader.GetString()!));
        }

        try
        {
            return LabelSet.From(labels);
        }
        catch (ArgumentException e)
        {
            throw new JsonException(e.Message, e);
        }
    }

    /// <inheritdoc />
    public override void Write(Utf8JsonWriter writer, LabelSet value, JsonSerializerOptions options)
    {
        writer.WriteStartObject();
        foreach (var label in value.AsSpan()) writer.WriteString(label.Name, label.Value);
        writer.WriteEndObject();
    }
}

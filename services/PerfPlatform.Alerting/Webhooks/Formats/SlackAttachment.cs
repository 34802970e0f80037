using System.Text.Json.Serialization;

namespace PerfPlatform.Alerting.Webhooks.Formats;

/// <summary>One alert of a <see cref="SlackMessage"/>.</summary>
public sealed record SlackAttachment
{
    public required string Color { get; init; }

    public required string Title { get; init; }

    [JsonPropertyName("title_link")]
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? TitleLink { get; init; }

    public required string Text { get; init; }

    public required string Footer { get; init; }

    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? Ts { get; init; }
}

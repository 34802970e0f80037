using System.Text.Json.Serialization;

namespace PerfPlatform.Alerting.Webhooks;

/// <summary>What a delivery's body looks like.</summary>
[JsonConverter(typeof(JsonStringEnumConverter<WebhookFormat>))]
public enum WebhookFormat
{
    /// <summary>Ours, see the contract.</summary>
    [JsonStringEnumMemberName("perfplatform")]
    PerfPlatform,

    /// <summary>Alertmanager's webhook, version 4.</summary>
    [JsonStringEnumMemberName("alertmanager")]
    Alertmanager,

    /// <summary>Slack's incoming webhook.</summary>
    [JsonStringEnumMemberName("slack")]
    Slack,
}

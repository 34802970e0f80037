using System.ComponentModel;
using System.Text.Json.Serialization;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Webhooks;

/// <summary>What a subscription wants to be told, and how. Has no secret, so it may be shown and logged.</summary>
public record WebhookSubscription
{
    [Description("What a person calls it, at most 100 characters; the receiver of Alertmanager's format. Absent: the host of the url.")]
    public string Name { get; init; } = "";

    [Description("Where deliveries are POSTed: http or https.")]
    public string Url { get; init; } = "";

    [Description("Only alerts of these severities; empty: all.")]
    public IReadOnlyList<Severity> Severities { get; init; } = [];

    [Description("Only alerts that pass these label filters; alertname, severity and ruleId count as labels.")]
    public IReadOnlyList<string> Match { get; init; } = [];

    [Description("perfplatform, alertmanager or slack.")]
    public WebhookFormat Format { get; init; }

    [Description("How long the first message about a rule waits for more alerts of it.")]
    [JsonConverter(typeof(DurationJsonConverter))]
    public TimeSpan GroupWait { get; init; } = TimeSpan.Zero;

    [Description("The least time between messages about a rule while some of its alerts still fire. That all are over is told at once.")]
    [JsonConverter(typeof(DurationJsonConverter))]
    public TimeSpan GroupInterval { get; init; } = TimeSpan.FromMinutes(5);

    [Description("After so long alerts that still fire and that nobody acknowledged are told again.")]
    [JsonConverter(typeof(DurationJsonConverter))]
    public TimeSpan RepeatInterval { get; init; } = TimeSpan.FromHours(4);

    [Description("false: nothing is sent.")]
    public bool Enabled { get; init; } = true;

    /// <summary>Its name as messages tell it; of an address only the host, for the rest can be a secret.</summary>
    internal string Receiver => Name.Length > 0 ? Name : Uri.TryCreate(Url, UriKind.Absolute, out var url) ? url.Host : "webhook";
}

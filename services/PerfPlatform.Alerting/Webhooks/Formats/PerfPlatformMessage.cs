using PerfPlatform.Contracts.Alerts;

namespace PerfPlatform.Alerting.Webhooks.Formats;

/// <summary>The body of a delivery in our own format.</summary>
public sealed record PerfPlatformMessage
{
    /// <summary>The format's version.</summary>
    public int Version { get; init; } = 1;

    /// <summary>One of <see cref="MessageEvent"/>.</summary>
    public required string Event { get; init; }

    /// <summary>Also in the header; the same at every attempt.</summary>
    public required string DeliveryId { get; init; }

    /// <summary>When the message was written; the signature has the time of the attempt.</summary>
    public required DateTimeOffset SentAt { get; init; }

    /// <summary>What the alerts have in common: <c>alertname</c>.</summary>
    public required IReadOnlyDictionary<string, string> Group { get; init; }

    /// <summary>The alerts, those that fire first.</summary>
    public required IReadOnlyList<Alert> Alerts { get; init; }

    /// <summary>How many more there are.</summary>
    public int TruncatedAlerts { get; init; }
}

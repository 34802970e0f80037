namespace PerfPlatform.Alerting.Webhooks.Notifications;

/// <summary>What one subscription was told of the alerts of one rule.</summary>
/// <param name="Told">Alerts that it was told fire and not yet that they are over. Bounded by the evaluator's groups.</param>
/// <param name="WaitingSince">Since when a first message waits for more alerts, or null.</param>
/// <param name="SentAt">When the last message was planned; null when that is longer ago than the group's interval and nothing fires.</param>
public sealed record GroupMemory(IReadOnlySet<string> Told, DateTimeOffset? WaitingSince, DateTimeOffset? SentAt)
{
    /// <summary>Nothing was told yet.</summary>
    public static GroupMemory Empty { get; } = new(new HashSet<string>(), null, null);
}

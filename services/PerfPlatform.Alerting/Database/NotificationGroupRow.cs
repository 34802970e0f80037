namespace PerfPlatform.Alerting.Database;

/// <summary>What a subscription was told of the alerts of one rule.</summary>
public sealed class NotificationGroupRow
{
    public Guid WebhookId { get; set; }

    public required string RuleId { get; set; }

    public DateTimeOffset? WaitingSince { get; set; }

    public DateTimeOffset? SentAt { get; set; }

    public required string Told { get; set; }
}

namespace PerfPlatform.Alerting.Database;

/// <summary>A message to a subscription: the outbox, and after it is done the log.</summary>
public sealed class DeliveryRow
{
    public Guid Id { get; set; }

    public Guid WebhookId { get; set; }

    public required string RuleId { get; set; }

    public required string RuleName { get; set; }

    public required string Event { get; set; }

    public required string Body { get; set; }

    public required string Status { get; set; }

    public int Attempts { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset NextAttemptAt { get; set; }

    public DateTimeOffset ExpiresAt { get; set; }

    public DateTimeOffset? FinishedAt { get; set; }
}

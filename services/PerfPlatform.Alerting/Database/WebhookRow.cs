namespace PerfPlatform.Alerting.Database;

/// <summary>A webhook subscription. The secret is encrypted.</summary>
public sealed class WebhookRow
{
    public Guid Id { get; set; }

    public required string Definition { get; set; }

    public required string Secret { get; set; }

    public bool Enabled { get; set; }

    public string? DisabledReason { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

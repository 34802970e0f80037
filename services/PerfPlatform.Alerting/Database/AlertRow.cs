namespace PerfPlatform.Alerting.Database;

/// <summary>One occurrence of an alert.</summary>
public sealed class AlertRow
{
    public Guid Id { get; set; }

    public required byte[] Fingerprint { get; set; }

    public required string RuleId { get; set; }

    public required string Name { get; set; }

    public required string State { get; set; }

    public required string Severity { get; set; }

    public required string Labels { get; set; }

    public required string GroupLabels { get; set; }

    public required string Annotations { get; set; }

    public double Value { get; set; }

    public double Threshold { get; set; }

    public required string Chart { get; set; }

    public DateTimeOffset BeganAt { get; set; }

    public DateTimeOffset? PendingSince { get; set; }

    public DateTimeOffset? FiringSince { get; set; }

    public DateTimeOffset? ResolvedAt { get; set; }

    public string? AcknowledgedBy { get; set; }

    public DateTimeOffset? AcknowledgedAt { get; set; }

    public string? AcknowledgedComment { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }

    /// <summary>Whether those who notify have looked at it while it fired, or told of it afterwards.</summary>
    public bool Seen { get; set; }
}

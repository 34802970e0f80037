namespace PerfPlatform.Alerting.Database;

/// <summary>One attempt to deliver.</summary>
public sealed class DeliveryAttemptRow
{
    public long Id { get; set; }

    public Guid DeliveryId { get; set; }

    public DateTimeOffset At { get; set; }

    public int? StatusCode { get; set; }

    public double DurationMs { get; set; }

    public string? Error { get; set; }

    public string? Response { get; set; }
}

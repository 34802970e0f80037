namespace PerfPlatform.Alerting.Database;

/// <summary>A silence: alerts that all its matchers match tell nobody while it holds.</summary>
public sealed class SilenceRow
{
    public Guid Id { get; set; }

    public required string[] Matchers { get; set; }

    public DateTimeOffset StartsAt { get; set; }

    public DateTimeOffset EndsAt { get; set; }

    public required string CreatedBy { get; set; }

    public string? Comment { get; set; }

    public DateTimeOffset CreatedAt { get; set; }
}

namespace PerfPlatform.Alerting.Database;

/// <summary>An alert rule; its definition is kept as the API wrote it.</summary>
public sealed class RuleRow
{
    public required string Id { get; set; }

    public required string Name { get; set; }

    public required string Definition { get; set; }

    public long Version { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset UpdatedAt { get; set; }
}

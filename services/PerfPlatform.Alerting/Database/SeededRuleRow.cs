namespace PerfPlatform.Alerting.Database;

/// <summary>A rule of the default pack that was added once: whoever deletes it does not get it back.</summary>
public sealed class SeededRuleRow
{
    public required string Name { get; set; }

    public DateTimeOffset At { get; set; }
}

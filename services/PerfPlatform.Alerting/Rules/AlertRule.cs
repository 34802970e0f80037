namespace PerfPlatform.Alerting.Rules;

/// <summary>An alert rule as it is kept.</summary>
public sealed record AlertRule : RuleDefinition
{
    /// <summary>Wraps a definition.</summary>
    public AlertRule(RuleDefinition definition) : base(definition)
    {
    }

    /// <summary>For JSON.</summary>
    public AlertRule()
    {
    }

    /// <summary>The rule's id: 32 hexadecimal digits.</summary>
    public string Id { get; init; } = "";

    /// <summary>Counts the changes, from 1.</summary>
    public long Version { get; init; } = 1;

    /// <summary>When it was made.</summary>
    public DateTimeOffset CreatedAt { get; init; }

    /// <summary>When it was changed last.</summary>
    public DateTimeOffset UpdatedAt { get; init; }

    /// <summary>What is watched for it at this moment; null when it is not evaluated.</summary>
    public RuleWatch? Watch { get; init; }
}

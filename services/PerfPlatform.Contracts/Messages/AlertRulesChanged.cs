namespace PerfPlatform.Contracts.Messages;

/// <summary>Alert rules or their thresholds were changed: caches are read again.</summary>
public sealed record AlertRulesChanged
{
    /// <summary>The rule that changed, or null for many.</summary>
    public string? RuleId { get; init; }
}

using PerfPlatform.Alerting.Rules;

namespace PerfPlatform.Alerting.Rulebook;

/// <summary>What Redis holds of a rule.</summary>
/// <param name="Threshold">What the value is held against; null for absent rules.</param>
/// <param name="ResolveThreshold">What ends a firing alert, or null.</param>
/// <param name="Enabled">Whether the rule is evaluated.</param>
/// <param name="Version">The rule's version that these belong to: the greater one holds.</param>
public sealed record CachedThreshold(double? Threshold, double? ResolveThreshold, bool Enabled, long Version)
{
    /// <summary>What there is to cache of a rule.</summary>
    public static CachedThreshold Of(AlertRule rule) => new(rule.Threshold, rule.ResolveThreshold, rule.Enabled, rule.Version);

    /// <summary>The rule with these thresholds where they are newer than its own.</summary>
    public AlertRule ApplyTo(AlertRule rule) => Version > rule.Version
        ? rule with { Threshold = Threshold, ResolveThreshold = ResolveThreshold, Enabled = Enabled, Version = Version }
        : rule;
}

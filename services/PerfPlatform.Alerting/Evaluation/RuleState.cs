using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>A rule under evaluation and its groups.</summary>
public sealed class RuleState(CompiledRule rule)
{
    /// <summary>The rule in its present form.</summary>
    public CompiledRule Rule { get; set; } = rule;

    /// <summary>Its groups by the identity of their alerts. Bounded by <see cref="EngineLimits.MaxGroupsPerRule"/>.</summary>
    public Dictionary<Fingerprint, RuleGroup> Groups { get; } = [];

    /// <summary>Up to where it was evaluated before the process started, Unix milliseconds; new groups begin there.</summary>
    public long EvaluatedTo { get; set; }

    /// <summary>The group of these labels, made when it is not there; null at the bound.</summary>
    public RuleGroup? Group(LabelSet labels, int bound)
    {
        var fingerprint = Rule.FingerprintOf(labels);
        if (Groups.TryGetValue(fingerprint, out var group)) return group;
        if (Groups.Count >= bound) return null;
        group = new RuleGroup(this, labels, fingerprint) { EvaluatedAt = EvaluatedTo };
        Groups.Add(fingerprint, group);
        return group;
    }
}

using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>A rule under evaluation and its groups.</summary>
public sealed class RuleState(CompiledRule rule)
{
    /// <summary>The rule in its present form.</summary>
    public CompiledRule Rule { get; set; } = rule;

    /// <summary>Its groups by the identity of their alerts. Bounded by <see cref="EngineLimits.MaxGroupsPerRule"/>.</summary>
    public Dictionary<Fingerprint, RuleGroup> Groups { get; } = [];

    /// <summary>Its series. Bounded by <see cref="EngineLimits.MaxSeries"/> over all rules.</summary>
    public Dictionary<(Fingerprint Series, bool IsDivisor), GroupSeries> Series { get; } = [];

    /// <summary>Up to where it was evaluated before the process started, Unix milliseconds; new groups begin there.</summary>
    public long EvaluatedTo { get; set; }

    /// <summary>Groups that were judged further than that. Bounded by the alerts that were written since then.</summary>
    public Dictionary<Fingerprint, long> JudgedGroups { get; } = [];

    /// <summary>How many series it does not watch because a bound is reached.</summary>
    public int Unwatched { get; set; }

    /// <summary>What is told of it; written by the evaluator, read by anyone.</summary>
    public RuleWatch Watch { get; private set; } = new(0, 0);

    /// <summary>The group of these labels, made when it is not there; null at the bound.</summary>
    public RuleGroup? Group(LabelSet labels, int bound)
    {
        var fingerprint = Rule.FingerprintOf(labels);
        if (Groups.TryGetValue(fingerprint, out var group)) return group;
        if (Groups.Count >= bound) return null;
        group = new RuleGroup(this, labels, fingerprint) { JudgedTo = Math.Max(EvaluatedTo, JudgedGroups.GetValueOrDefault(fingerprint)) };
        Groups.Add(fingerprint, group);
        return group;
    }

    /// <summary>Takes a group out.</summary>
    public void Remove(RuleGroup group)
    {
        Groups.Remove(group.Fingerprint);
        foreach (var series in group.Series) Series.Remove((series.Fingerprint, series.IsDivisor));
        group.IsGone = true;
    }

    /// <summary>Brings <see cref="Watch"/> up to date.</summary>
    public void Tell()
    {
        if (Watch.Groups != Groups.Count || Watch.UnwatchedSeries != Unwatched) Watch = new RuleWatch(Groups.Count, Unwatched);
    }
}

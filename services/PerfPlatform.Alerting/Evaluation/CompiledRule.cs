using PerfPlatform.Alerting.Machine;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Alerting.Windows;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>A rule made ready for evaluation. Immutable; made anew when the rule or its thresholds change.</summary>
public sealed class CompiledRule
{
    /// <summary>Makes a rule ready; it has passed <see cref="RuleValidation"/>.</summary>
    public CompiledRule(AlertRule rule)
    {
        Rule = rule;
        Identity = MetricName.Parse(rule.Id);
        Selector = SeriesSelector.Of(rule.Metric, rule.Match);
        Divisor = rule.DivideBy is null ? null : SeriesSelector.Of(rule.DivideBy, rule.Match);
        Window = (long)rule.Window.TotalMilliseconds;
        Reduction = rule.Reduce ?? GroupReduction.DefaultOf(rule.Agg);
        Absent = rule.Kind == RuleKind.Absent;
        Labels = LabelSet.From(rule.Labels.Select(l => new Label(l.Key, l.Value)));
        Conditions = Absent ? WhenAbsent(rule) : WhenCrossed(rule);
    }

    /// <summary>The rule as it is kept.</summary>
    public AlertRule Rule { get; }

    /// <summary>The rule's id as the first part of its alerts' fingerprints.</summary>
    public MetricName Identity { get; }

    /// <summary>Which series it watches.</summary>
    public SeriesSelector Selector { get; }

    /// <summary>Which series its value is divided by, or null.</summary>
    public SeriesSelector? Divisor { get; }

    /// <summary>How far back samples count, in milliseconds.</summary>
    public long Window { get; }

    /// <summary>Across the series of a group.</summary>
    public Reduction Reduction { get; }

    /// <summary>Whether it watches for silence.</summary>
    public bool Absent { get; }

    /// <summary>Labels that it adds.</summary>
    public LabelSet Labels { get; }

    /// <summary>What the state machine needs.</summary>
    public AlertConditions Conditions { get; }

    /// <summary>The labels of the group that a series belongs to.</summary>
    public LabelSet GroupOf(LabelSet labels) => Rule.By is { } by ? labels.Only((IReadOnlyCollection<string>)by) : labels;

    /// <summary>The identity of the alert of a group.</summary>
    public Fingerprint FingerprintOf(LabelSet group) => Fingerprint.Of(Identity, group);

    /// <summary>Whether windows and groups that were built for another form of the rule are still right for this one.</summary>
    public bool HasShapeOf(CompiledRule other)
    {
        var (a, b) = (Rule, other.Rule);
        return a.Metric == b.Metric && a.DivideBy == b.DivideBy && a.Kind == b.Kind && a.Fn == b.Fn && Window <= other.Window
            && a.Match.SequenceEqual(b.Match) && (a.By is null) == (b.By is null) && (a.By is null || a.By.SequenceEqual(b.By!));
    }

    private static AlertConditions WhenAbsent(AlertRule rule)
    {
        var seconds = rule.Window.TotalSeconds;
        return new AlertConditions(Comparison.GreaterOrEqual, seconds, seconds, (long)rule.For.TotalMilliseconds, (long)rule.KeepFiringFor.TotalMilliseconds);
    }

    private static AlertConditions WhenCrossed(AlertRule rule)
    {
        if (!Comparisons.TryParse(rule.Condition, out var comparison) || rule.Threshold is not { } threshold) throw new ArgumentException($"The rule {rule.Id} has no usable condition.", nameof(rule));
        return new AlertConditions(comparison, threshold, rule.ResolveThreshold ?? threshold, (long)rule.For.TotalMilliseconds, (long)rule.KeepFiringFor.TotalMilliseconds);
    }
}

using PerfPlatform.Alerting.Machine;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Alerting.Windows;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>A rule made ready for evaluation. Immutable; made anew when the rule or its thresholds change.</summary>
public sealed class CompiledRule
{
    // What a sender had buffered, or a clock that is behind, is not taken for imported history before it is as old as this.
    private const long LeastPatience = 300_000;

    private static readonly HashSet<string> s_bound = [HistogramQuantile.Bound];

    /// <summary>Makes a rule ready; it has passed <see cref="RuleValidation"/>.</summary>
    public CompiledRule(AlertRule rule)
    {
        Rule = rule;
        Identity = MetricName.Parse(rule.Id);
        var ofHistograms = rule.Fn is null && rule.Agg is RuleAggregation.P50 or RuleAggregation.P95 or RuleAggregation.P99 && rule.Kind == RuleKind.Threshold;
        Measured = new RuleSide(rule.Metric, rule.Match, ofHistograms);
        Divisor = rule.DivideBy is null ? null : new RuleSide(rule.DivideBy, rule.DivideMatch ?? rule.Match, ofHistograms);
        Window = (long)rule.Window.TotalMilliseconds;
        Reduction = rule.Reduce ?? (rule.DivideBy is not null && rule.Fn is SeriesFunction.Rate or SeriesFunction.Increase ? Reduction.Sum : GroupReduction.DefaultOf(rule.Agg));
        JoinsBuckets = rule.Reduce is null or Reduction.Sum;
        Absent = rule.Kind == RuleKind.Absent;
        Labels = LabelSet.From(rule.Labels.Select(l => new Label(l.Key, l.Value)));
        Conditions = Absent ? WhenAbsent(rule) : WhenCrossed(rule);
    }

    /// <summary>The rule as it is kept.</summary>
    public AlertRule Rule { get; }

    /// <summary>The rule's id as the first part of its alerts' fingerprints.</summary>
    public MetricName Identity { get; }

    /// <summary>Which series it watches.</summary>
    public RuleSide Measured { get; }

    /// <summary>Which series its value is divided by, or null.</summary>
    public RuleSide? Divisor { get; }

    /// <summary>How far back samples count, in milliseconds.</summary>
    public long Window { get; }

    /// <summary>Across the series of a group.</summary>
    public Reduction Reduction { get; }

    /// <summary>Whether the buckets of all histograms of a group are added before the percentile is taken.</summary>
    public bool JoinsBuckets { get; }

    /// <summary>Whether it watches for silence.</summary>
    public bool Absent { get; }

    /// <summary>How old a sample may be when it comes to count as a sign of life, in milliseconds: older ones are imported history.</summary>
    public long Patience => Math.Max(Window, LeastPatience);

    /// <summary>Labels that it adds.</summary>
    public LabelSet Labels { get; }

    /// <summary>What the state machine needs.</summary>
    public AlertConditions Conditions { get; }

    /// <summary>Every question whose answers it watches.</summary>
    public IEnumerable<SeriesSelector> Selectors => Divisor is null ? Measured.Selectors : Measured.Selectors.Concat(Divisor.Selectors);

    /// <summary>The labels of the group that a series belongs to. The bound of a bucket is none of them.</summary>
    public LabelSet GroupOf(LabelSet labels, bool isBucket)
    {
        if (isBucket) labels = WithoutBound(labels);
        return Rule.By is { } by ? labels.Only((IReadOnlyCollection<string>)by) : labels;
    }

    /// <summary>The labels of the histogram that a bucket belongs to.</summary>
    public static LabelSet WithoutBound(LabelSet labels) => LabelSet.From(labels.Where(l => !s_bound.Contains(l.Name)));

    /// <summary>The identity of the alert of a group.</summary>
    public Fingerprint FingerprintOf(LabelSet group) => Fingerprint.Of(Identity, group);

    /// <summary>Whether windows and groups that were built for another form of the rule are still right for this one.</summary>
    public bool HasShapeOf(CompiledRule other)
    {
        var (a, b) = (Rule, other.Rule);
        return Measured.IsSameAs(other.Measured) && (Divisor?.IsSameAs(other.Divisor) ?? other.Divisor is null) && a.Kind == b.Kind && a.Fn == b.Fn && Window <= other.Window
            && JoinsBuckets == other.JoinsBuckets && HasGroupsOf(other);
    }

    /// <summary>Whether it groups series as another one does.</summary>
    public bool HasGroupsOf(CompiledRule other) => (Rule.By is null) == (other.Rule.By is null) && (Rule.By ?? []).SequenceEqual(other.Rule.By ?? []);

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

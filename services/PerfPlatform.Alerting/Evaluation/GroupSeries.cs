using PerfPlatform.Alerting.Windows;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>One series within one group of one rule, with its value kept until its window changes. Hot.</summary>
public sealed class GroupSeries(RuleGroup group, Fingerprint fingerprint, bool isDivisor, double bound, Fingerprint histogram)
{
    private double _value;
    private long _from;
    private long _until;
    private int _version;

    /// <summary>The group.</summary>
    public RuleGroup Group { get; } = group;

    /// <summary>The series.</summary>
    public Fingerprint Fingerprint { get; } = fingerprint;

    /// <summary>Whether the group's value is divided by it.</summary>
    public bool IsDivisor { get; } = isDivisor;

    /// <summary>The upper bound where it is a bucket, else NaN.</summary>
    public double Bound { get; } = bound;

    /// <summary>Which histogram a bucket belongs to; the same for all where they are joined.</summary>
    public Fingerprint Histogram { get; } = histogram;

    /// <summary>Whether it is a bucket of a histogram.</summary>
    public bool IsBucket => !double.IsNaN(Bound);

    /// <summary>Its samples, at their sender's times.</summary>
    public SampleWindow Window { get; } = new();

    /// <summary>How far its sender's clock is ahead, in milliseconds.</summary>
    public long Lead { get; set; }

    /// <summary>Its value over the rule's window up to a time; for a bucket how much it grew.</summary>
    public double ValueAt(long at, CompiledRule rule, WindowCalculator calculator)
    {
        var to = at + Lead;
        if (_version == Window.Version && to >= _from && to < _until) return _value;
        var (aggregation, function) = IsBucket ? (Rules.RuleAggregation.Sum, Contracts.Queries.SeriesFunction.Increase) : (rule.Rule.Agg, rule.Rule.Fn);
        var from = to - rule.Window;
        _value = calculator.Compute(Window, aggregation, function, rule.Rule.Target ?? 0, from, to);
        if (rule.Rule.Level is { } level && !double.IsNaN(_value) && !IsBeyond(calculator.Compute(Window, Rules.RuleAggregation.Last, function, 0, from, to), level, rule.Rule.Target ?? 0))
            _value = double.PositiveInfinity;
        (_version, _from, _until) = (Window.Version, to, WindowCalculator.SameUntil(Window, aggregation, function, from, to));
        return _value;
    }

    private static bool IsBeyond(double value, double level, double target) => target >= level ? value >= level : value <= level;

    /// <summary>The rule has another form: what was kept no longer holds.</summary>
    public void Forget() => _until = long.MinValue;
}

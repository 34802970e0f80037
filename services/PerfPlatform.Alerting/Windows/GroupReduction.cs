using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Windows;

/// <summary>Takes the values of the series of one group together. A struct that is fed one value at a time: nothing is allocated. NaN is skipped.</summary>
public struct GroupReduction(Reduction reduction)
{
    private double _value = double.NaN;
    private int _count;

    /// <summary>What a rule without <c>reduce</c> does: what fits its aggregation.</summary>
    public static Reduction DefaultOf(RuleAggregation aggregation) => aggregation switch
    {
        RuleAggregation.Sum or RuleAggregation.Count => Reduction.Sum,
        RuleAggregation.Min or RuleAggregation.TimeTo => Reduction.Min,
        RuleAggregation.Max or RuleAggregation.P50 or RuleAggregation.P95 or RuleAggregation.P99 => Reduction.Max,
        _ => Reduction.Avg,
    };

    /// <summary>The value of the group, NaN when no series had one.</summary>
    public readonly double Value => _count > 0 && reduction == Reduction.Avg ? _value / _count : _value;

    /// <summary>Takes a series' value in.</summary>
    public void Add(double value)
    {
        if (double.IsNaN(value)) return;
        _value = _count++ == 0 ? value : reduction switch
        {
            Reduction.Min => Math.Min(_value, value),
            Reduction.Max => Math.Max(_value, value),
            _ => _value + value,
        };
    }
}

using PerfPlatform.Alerting.Rules;
using PerfPlatform.Alerting.Windows;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>The value of a group: its series taken together, the buckets of histograms made a percentile, one side divided by the other. Hot: nothing is allocated once its buffers have grown.</summary>
public sealed class GroupCalculator
{
    private readonly WindowCalculator _windows = new();

    // Both are bounded by the bounds of the buckets of one group.
    private double[] _bounds = new double[16];
    private double[] _counts = new double[16];
    private int _buckets;

    /// <summary>How many windows were computed.</summary>
    public long Computed => _windows.Computed;

    /// <summary>The value at a time; NaN when there is none.</summary>
    public double ValueOf(RuleGroup group, long at)
    {
        var rule = group.State.Rule;
        var divisorsFrom = 0;
        while (divisorsFrom < group.Series.Count && !group.Series[divisorsFrom].IsDivisor) divisorsFrom++;
        var value = SideOf(group, rule, 0, divisorsFrom, at);
        if (rule.Divisor is null) return value;
        var divisor = SideOf(group, rule, divisorsFrom, group.Series.Count, at);
        return divisor == 0 ? double.NaN : value / divisor;
    }

    private double SideOf(RuleGroup group, CompiledRule rule, int from, int to, long at)
    {
        var value = new GroupReduction(rule.Reduction);
        var hasValue = false;
        var i = from;
        for (; i < to && !group.Series[i].IsBucket; i++)
        {
            var one = group.Series[i].ValueAt(at, rule, _windows);
            hasValue |= !double.IsNaN(one);
            value.Add(one);
        }

        // Where the metric itself has values it is no histogram, as in a query.
        if (hasValue) return value.Value;
        while (i < to) value.Add(PercentileOf(group, rule, ref i, to, at));
        return value.Value;
    }

    private double PercentileOf(RuleGroup group, CompiledRule rule, ref int at, int to, long time)
    {
        _buckets = 0;
        var histogram = group.Series[at].Histogram;
        for (; at < to && group.Series[at].Histogram == histogram; at++)
        {
            var series = group.Series[at];
            var grown = series.ValueAt(time, rule, _windows);
            Add(series.Bound, double.IsNaN(grown) ? 0 : grown);
        }

        var quantile = rule.Rule.Agg switch { RuleAggregation.P50 => 0.5, RuleAggregation.P95 => 0.95, _ => 0.99 };
        return HistogramQuantile.Of(quantile, _bounds.AsSpan(0, _buckets), _counts.AsSpan(0, _buckets));
    }

    private void Add(double bound, double count)
    {
        if (_buckets > 0 && _bounds[_buckets - 1] == bound)
        {
            _counts[_buckets - 1] += count;
            return;
        }

        if (_buckets == _bounds.Length)
        {
            Array.Resize(ref _bounds, _buckets * 2);
            Array.Resize(ref _counts, _buckets * 2);
        }

        (_bounds[_buckets], _counts[_buckets]) = (bound, count);
        _buckets++;
    }
}

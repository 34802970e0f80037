using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Queries;

/// <summary>Joins the lines of series that share the labels named in <c>by</c>, bucket by bucket; empty and NaN values do not count.</summary>
internal sealed class GroupReducer(RangePlan plan)
{
    private readonly Dictionary<LabelSet, Group> _groups = []; // bounded by the size check of the answer
    private readonly List<LabelSet> _order = [];
    private readonly IReadOnlyCollection<string> _by = (IReadOnlyCollection<string>)plan.By!;

    public int Count => _order.Count;

    /// <summary>Adds the line of one series: a value for each bucket whose count is not 0.</summary>
    public void Add(LabelSet labels, ReadOnlySpan<double> values, ReadOnlySpan<long> counts)
    {
        var group = Of(_by.Count == 0 ? LabelSet.Empty : labels.Only(_by));
        for (var i = 0; i < values.Length; i++)
        {
            if (counts[i] != 0 && !double.IsNaN(values[i])) Join(ref group.Values[i], ref group.Counts[i], values[i], 1);
        }
    }

    /// <summary>Adds what another one has gathered of the series that come next.</summary>
    public void Add(GroupReducer next)
    {
        foreach (var labels in next._order)
        {
            var (values, counts) = next._groups[labels];
            var group = Of(labels);
            for (var i = 0; i < values.Length; i++)
            {
                if (counts[i] > 0) Join(ref group.Values[i], ref group.Counts[i], values[i], counts[i]);
            }
        }
    }

    /// <exception cref="QueryException">Percentiles were added.</exception>
    public IEnumerable<(LabelSet Labels, GapColumn Values)> Lines()
    {
        foreach (var labels in _order)
        {
            var (values, counts) = _groups[labels];
            if (plan.Reduction == Reduction.Sum && RangePlan.IsPercentile(plan.Aggregation) && Array.Exists(counts, count => count > 1))
                throw new QueryException("Percentiles of several series cannot be added: write reduce=max, min or avg, or name in 'by' the labels that tell the series apart.");
            var line = new double[values.Length];
            for (var i = 0; i < line.Length; i++)
            {
                line[i] = counts[i] == 0 ? GapColumn.Gap : plan.Reduction == Reduction.Avg ? values[i] / counts[i] : values[i];
            }

            yield return (labels, new GapColumn(line));
        }
    }

    private void Join(ref double total, ref int count, double value, int values)
    {
        total = plan.Reduction switch
        {
            Reduction.Min => count == 0 ? value : Math.Min(total, value),
            Reduction.Max => count == 0 ? value : Math.Max(total, value),
            _ => total + value,
        };
        count += values;
    }

    private Group Of(LabelSet key)
    {
        if (_groups.TryGetValue(key, out var group)) return group;
        _groups[key] = group = new Group(new double[plan.Buckets], new int[plan.Buckets]);
        _order.Add(key);
        plan.CheckSize(_order.Count);
        return group;
    }

    private sealed record Group(double[] Values, int[] Counts);
}

using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Queries;

/// <summary>Joins the lines of series that share the labels named in <c>by</c>, bucket by bucket; empty and NaN values do not count.</summary>
internal sealed class GroupReducer(RangePlan plan)
{
    private readonly Dictionary<LabelSet, Group> _groups = []; // bounded by the size check of the answer
    private readonly List<LabelSet> _order = [];

    public int Count => _order.Count;

    public void Add(LabelSet labels, double?[] values)
    {
        var key = labels.Only((IReadOnlyCollection<string>)plan.By!);
        if (!_groups.TryGetValue(key, out var group))
        {
            _groups[key] = group = new Group(new double[values.Length], new int[values.Length]);
            _order.Add(key);
        }

        for (var i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } value || double.IsNaN(value)) continue;
            ref var total = ref group.Values[i];
            total = plan.Reduction switch
            {
                Reduction.Min => group.Counts[i] == 0 ? value : Math.Min(total, value),
                Reduction.Max => group.Counts[i] == 0 ? value : Math.Max(total, value),
                _ => total + value,
            };
            group.Counts[i]++;
        }
    }

    public IEnumerable<(LabelSet Labels, double?[] Values)> Lines()
    {
        foreach (var labels in _order)
        {
            var (values, counts) = _groups[labels];
            var line = new double?[values.Length];
            for (var i = 0; i < line.Length; i++)
            {
                if (counts[i] > 0) line[i] = plan.Reduction == Reduction.Avg ? values[i] / counts[i] : values[i];
            }

            yield return (labels, line);
        }
    }

    private sealed record Group(double[] Values, int[] Counts);
}

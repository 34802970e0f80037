using PerfPlatform.Analysis.Store.Rollups;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Queries;

/// <summary>
/// What roll-ups say where they only come near to the question: the average instead of a percentile, the growth over a step instead of from sample to sample.
/// </summary>
internal sealed class OldBuckets(RangePlan plan)
{
    private readonly BucketAggregator _buckets = new(plan);

    public void Begin() => _buckets.Begin(plan.Function is null ? Aggregation.Avg : Aggregation.Sum);

    public void Add(long time, RollupColumns row, int slot)
    {
        if (plan.Function is null) _buckets.AddSlot(time, row, slot);
        else if (!double.IsNaN(row.Increase[slot])) _buckets.Add([time], [row.Increase[slot]]);
    }

    /// <summary>Puts them where raw samples gave nothing; increases of one bucket are added.</summary>
    public void FillInto(BucketAggregator buckets)
    {
        _buckets.Finish();
        var scale = plan.Function == SeriesFunction.Rate ? 1000.0 / plan.Step : 1;
        for (var i = 0; i < _buckets.Values.Length; i++)
        {
            if (_buckets.Counts[i] == 0) continue;
            var there = buckets.Counts[i] > 0;
            if (there && plan.Function != SeriesFunction.Increase) continue;
            buckets.Set(i, (there ? buckets.Values[i] : 0) + (_buckets.Values[i] * scale));
        }
    }
}

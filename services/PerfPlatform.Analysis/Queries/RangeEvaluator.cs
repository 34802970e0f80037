using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Queries;

/// <summary>Carries out one range query for some of its series, one after another: merge, function, aggregation, reduction. Knows no database. One for each worker.</summary>
internal sealed class RangeEvaluator(RangePlan plan, BucketTimes times, RangeGathering gathering, SampleMerge merge)
{
    private readonly SampleColumns _columns = new();
    private readonly BucketAggregator? _buckets = plan.Step > 0 ? new BucketAggregator(plan) : null;
    private RangePart _part = new([], null);

    /// <summary>Begins a part of the answer.</summary>
    public void Begin() => _part = new RangePart([], plan.Reduction is null ? null : new GroupReducer(plan));

    /// <summary>The part.</summary>
    public RangePart End() => _part;

    /// <summary>Takes one series.</summary>
    /// <param name="series">The series.</param>
    /// <param name="stored">What the database has of it, at least up to <paramref name="recentFrom"/>.</param>
    /// <param name="recent">What is in memory of it; all there is from <paramref name="recentFrom"/> on.</param>
    /// <param name="recentFrom">From when on memory is complete.</param>
    /// <param name="head">What is not written yet.</param>
    public void Add(SeriesEntry series, List<StoredSegment> stored, List<StoredSegment> recent, long recentFrom, IReadOnlyList<HeadSlice> head)
    {
        _columns.Clear();
        if (_buckets is null)
        {
            Merge(null);
            AddRaw(series);
            return;
        }

        _buckets.Begin(plan.Aggregation ?? (series.Kind == MetricKind.Counter && plan.Function is null ? Aggregation.Last : Aggregation.Avg));
        if (plan.Function is null && _buckets.TakesHeaders)
        {
            Merge(_buckets);
        }
        else
        {
            Merge(null);
            if (plan.Function is { } function) SeriesFunctions.Apply(function, _columns);
            var first = SampleColumns.LowerBound(_columns.Times, plan.From);
            _buckets.Add(_columns.Times[first..], _columns.Values[first..]);
        }

        if (_buckets.IsEmpty) return;
        _buckets.Finish();
        if (_part.Groups is { } groups) groups.Add(series.Labels, _buckets.Values, _buckets.Counts);
        else _part.Lines.Add(new RangeSeries(series.Metric, series.Labels, times, _buckets.ToColumn()));

        void Merge(BucketAggregator? headers)
        {
            var split = Math.Clamp(recentFrom, plan.ReadFrom, plan.To);
            if (split > plan.ReadFrom) merge.Run(stored, head, plan.ReadFrom, split, _columns, headers);
            if (split < plan.To) merge.Run(recent, head, split, plan.To, _columns, headers);
        }
    }

    private void AddRaw(SeriesEntry series)
    {
        if (plan.Function is { } function) SeriesFunctions.Apply(function, _columns);
        else SeriesFunctions.DropStale(_columns);
        var first = SampleColumns.LowerBound(_columns.Times, plan.From);
        var found = _columns.Times[first..];
        if (found.IsEmpty) return;
        gathering.CountRaw(found.Length);
        _part.Lines.Add(new RangeSeries(series.Metric, series.Labels, found.ToArray(), new GapColumn(_columns.Values[first..].ToArray(), hasGaps: false)));
    }
}

using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Queries;

/// <summary>Carries out one range query, series by series: merge, function, aggregation, reduction. Knows no database.</summary>
internal sealed class RangeEvaluator : IDisposable
{
    private readonly RangePlan _plan;
    private readonly int _series;
    private readonly SampleMerge _merge;
    private readonly SampleColumns _columns = new();
    private readonly BucketAggregator? _buckets;
    private readonly GroupReducer? _groups;
    private readonly long[] _bucketTimes;
    private readonly List<RangeSeries> _lines = []; // bounded by the size checks
    private long _rawPoints;

    public RangeEvaluator(RangePlan plan, int series)
    {
        // Without grouping the series are the lines: known before the work begins.
        if (plan.Reduction is null) plan.CheckSize(series);
        else plan.CheckSize(1);
        (_plan, _series, _merge) = (plan, series, new SampleMerge(plan));
        _bucketTimes = new long[plan.Buckets];
        for (var i = 0; i < _bucketTimes.Length; i++) _bucketTimes[i] = plan.FirstBucket + (i * plan.Step);
        if (plan.Step > 0) _buckets = new BucketAggregator(plan);
        if (plan.Reduction is not null) _groups = new GroupReducer(plan);
    }

    /// <summary>Takes one series.</summary>
    public void Add(SeriesEntry series, SeriesSegments? stored, IReadOnlyList<HeadSlice> head)
    {
        _columns.Clear();
        if (_buckets is null)
        {
            _merge.Run(stored, head, _columns, null);
            AddRaw(series);
            return;
        }

        _buckets.Begin(_plan.Aggregation ?? (series.Kind == MetricKind.Counter && _plan.Function is null ? Aggregation.Last : Aggregation.Avg));
        if (_plan.Function is null && _buckets.TakesHeaders)
        {
            _merge.Run(stored, head, _columns, _buckets);
        }
        else
        {
            _merge.Run(stored, head, _columns, null);
            if (_plan.Function is { } function) SeriesFunctions.Apply(function, _columns);
            var first = SampleColumns.LowerBound(_columns.Times, _plan.From);
            _buckets.Add(_columns.Times[first..], _columns.Values[first..]);
        }

        var values = _buckets.End();
        if (Array.TrueForAll(values, v => v is null)) return;
        if (_groups is null)
        {
            _lines.Add(new RangeSeries(series.Metric, series.Labels, _bucketTimes, values));
            return;
        }

        _groups.Add(series.Labels, values);
        _plan.CheckSize(_groups.Count);
    }

    /// <summary>The lines of the answer.</summary>
    public IReadOnlyList<RangeSeries> End(string metric) =>
        _groups is null ? _lines : [.. _groups.Lines().Select(line => new RangeSeries(metric, line.Labels, _bucketTimes, line.Values))];

    /// <inheritdoc />
    public void Dispose() => _merge.Dispose();

    private void AddRaw(SeriesEntry series)
    {
        if (_plan.Function is { } function) SeriesFunctions.Apply(function, _columns);
        var first = SampleColumns.LowerBound(_columns.Times, _plan.From);
        var times = _columns.Times[first..];
        if (times.IsEmpty) return;
        _rawPoints += times.Length;
        if (_rawPoints > RangeQuery.MaxPoints) throw _plan.TooManyRaw(_series);
        var values = new double?[times.Length];
        for (var i = 0; i < values.Length; i++) values[i] = _columns.Values[first + i];
        _lines.Add(new RangeSeries(series.Metric, series.Labels, times.ToArray(), values));
    }
}

using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Rollups;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Queries;

/// <summary>
/// Carries out one range query for some of its series, one after another: merge, function, aggregation, reduction. Knows no database. One for each worker.
/// Of each series raw stretches and roll-ups come in the order of time.
/// </summary>
internal sealed class RangeEvaluator(RangePlan plan, SourceSelection sources, BucketTimes times, RangeGathering gathering, SampleMerge merge)
{
    private readonly SampleColumns _columns = merge.Columns;
    private readonly BucketAggregator? _buckets = plan.Step > 0 ? new BucketAggregator(plan) : null;
    private readonly OldBuckets? _old = sources.IsAveraged ? new OldBuckets(plan) : null;
    private RangePart _part = new([], null);
    private SeriesEntry _series = null!;
    private SeriesSources _found = null!;
    private int _section;

    /// <summary>Begins a part of the answer.</summary>
    public void Begin() => _part = new RangePart([], plan.Reduction is null ? null : new GroupReducer(plan));

    /// <summary>The part.</summary>
    public RangePart End() => _part;

    /// <summary>Takes one series that has no roll-ups.</summary>
    public void Add(SeriesEntry series, SeriesSources found)
    {
        Start(series, found);
        Finish();
    }

    /// <summary>Begins a series.</summary>
    public void Start(SeriesEntry series, SeriesSources found)
    {
        (_series, _found, _section) = (series, found, 0);
        _columns.Clear();
        _old?.Begin();
        _buckets?.Begin(plan.Aggregation ?? (series.Kind == MetricKind.Counter && plan.Function is null ? Aggregation.Last : Aggregation.Avg));
    }

    /// <summary>Takes the next row of the series' roll-ups: those of its slots that lie in a stretch for them.</summary>
    public void Add(RollupColumns row)
    {
        for (var slot = 0; slot < row.Slots; slot++)
        {
            if (row.Count[slot] == 0) continue;
            var time = row.Start + (slot * row.SlotLength);
            for (; _section < sources.Sections.Count && sources.Sections[_section].To <= time; _section++) TakeRaw(sources.Sections[_section]);
            if (_section == sources.Sections.Count) return;
            if (!sources.Sections[_section].IsRollup || time < sources.Sections[_section].From) continue;
            if (_old is not null) _old.Add(time, row, slot);
            else _buckets!.AddSlot(time, row, slot);
        }
    }

    /// <summary>Ends the series.</summary>
    public void Finish()
    {
        for (; _section < sources.Sections.Count; _section++) TakeRaw(sources.Sections[_section]);
        if (_buckets is null)
        {
            EndRaw();
            return;
        }

        _buckets.Finish();
        _old?.FillInto(_buckets);
        if (_buckets.IsEmpty) return;
        if (_part.Groups is { } groups) groups.Add(_series.Labels, _buckets.Values, _buckets.Counts);
        else _part.Lines.Add(new RangeSeries(_series.Metric, _series.Labels, times, _buckets.ToColumn()));
    }

    private void TakeRaw(in SourceSection section)
    {
        if (section.IsRollup) return;
        var (stored, recent, recentFrom, head) = _found;
        var isStraight = _buckets is not null && plan.Function is null && _buckets.TakesHeaders;
        var headers = isStraight ? _buckets : null;
        var from = plan.Function is null ? section.From : section.From - SampleChanges.LookBack;
        var split = Math.Clamp(recentFrom, from, section.To);
        if (split > from) merge.Run(stored, head, from, split, _columns, headers);
        if (split < section.To) merge.Run(recent, head, split, section.To, _columns, headers);
        if (isStraight) return;
        if (plan.Function is { } function) SeriesFunctions.Apply(function, _columns);
        else if (_buckets is null) SeriesFunctions.DropStale(_columns);
        if (_buckets is null) return; // all raw points are one section
        var first = SampleColumns.LowerBound(_columns.Times, section.From);
        _buckets.Add(_columns.Times[first..], _columns.Values[first..]);
        _columns.Clear();
    }

    private void EndRaw()
    {
        var first = SampleColumns.LowerBound(_columns.Times, plan.From);
        var found = _columns.Times[first..];
        if (found.IsEmpty) return;
        gathering.CountRaw(found.Length);
        _part.Lines.Add(new RangeSeries(_series.Metric, _series.Labels, new RawTimes(found), new RawValues(_columns.Values[first..])));
    }
}

using PerfPlatform.Analysis.Queries;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Flushing;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Recent;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Tests.Analysis.Queries;

/// <summary>The store's own head, segment builder and evaluator without the database in between: what would be rows are lists.</summary>
internal sealed class MemoryStore : IDisposable
{
    private readonly PartitionHead _head = new(new SlabPool(0), new LatestSamples());
    private readonly SegmentBuilder _builder = new();
    private readonly Dictionary<LabelSet, SeriesEntry> _series = [];
    private readonly Dictionary<int, List<StoredSegment>> _stored = [];
    private readonly RecentSegments _recent;
    private readonly RecentMerge _recentMerge = new();
    private readonly MetricKind _kind;
    private long _inboxId;

    /// <param name="kind">The kind of all series.</param>
    /// <param name="recentBytes">How much of what was written stays in memory.</param>
    public MemoryStore(MetricKind kind, long recentBytes = 0)
    {
        (_kind, _recent) = (kind, new RecentSegments(recentBytes));
        _recent.Complete(long.MinValue);
    }

    public void Write(BatchStamp stamp, IEnumerable<(LabelSet Labels, long Time, double Value)> samples)
    {
        var series = samples.GroupBy(s => s.Labels).Select(g => (Id(g.Key), (SeriesDescriptor?)null, (IReadOnlyList<(long, double)>)[.. g.Select(s => (s.Time, s.Value))])).ToArray();
        if (series.Length > 0) _head.Append(SampleBatch.Of(Guid.Empty, stamp, 0, series), ++_inboxId);
    }

    public void Flush()
    {
        foreach (var generation in _head.Freeze())
        {
            var window = new RecentWindowBuilder();
            foreach (var (id, buffer) in generation.Series.OrderBy(s => s.Key))
            {
                _builder.Begin(generation, id, buffer);
                while (_builder.TryNext(out var row))
                {
                    window.Add(row, generation.Floor);
                    if (!_stored.TryGetValue(id, out var rows)) _stored[id] = rows = [];
                    rows.Add(new StoredSegment(row.StartTime, row.EndTime, row.Stamp, row.Count, row.Min, row.Max, row.Sum, row.Last, row.Data.ToArray(), 0, row.Data.Length));
                }
            }

            if (window.Build() is { } written) _recent.Add(written, long.MinValue);
            _recentMerge.Run(_recent);
            _head.Drop(generation);
        }
    }

    public IReadOnlyList<RangeSeries> Query(RangePlan plan)
    {
        var all = _series.Values.OrderBy(s => s.Id).ToList();
        using var gathering = new RangeGathering(plan, all.Count, workers: all.Count);
        using var merge = new SampleMerge();
        using var snapshot = new HeadSnapshot();
        _head.Snapshot(snapshot, all.Select(s => s.Id).ToArray());
        var times = new BucketTimes(plan);
        var lookup = new RecentLookup([_recent.View], plan);
        var evaluator = new RangeEvaluator(plan, times, gathering, merge);

        // Each series a part of its own, finished in the opposite order: the answer must not show it.
        foreach (var (series, number) in all.Select((s, i) => (s, i)).Reverse())
        {
            var stored = _stored.GetValueOrDefault(series.Id, []).Where(r => r.Start < plan.To && r.End >= plan.ReadFrom).OrderBy(r => r.Start).ToList();
            evaluator.Begin();
            var (recent, recentFrom) = lookup.Read(series);
            evaluator.Add(series, [.. stored.Where(r => r.Start < lookup.DatabaseTo)], recent, recentFrom, snapshot[series.Id]);
            gathering.Add(number, evaluator.End());
        }

        return gathering.End("m", times);
    }

    public void Dispose()
    {
        _builder.Dispose();
        _recentMerge.Dispose();
    }

    private int Id(LabelSet labels)
    {
        if (!_series.TryGetValue(labels, out var entry))
            _series[labels] = entry = new SeriesEntry(_series.Count + 1, SeriesDescriptor.Of("m", labels).Fingerprint, "m", labels, "", _kind);
        return entry.Id;
    }
}

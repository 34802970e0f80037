using PerfPlatform.Analysis.Queries;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Flushing;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Recent;
using PerfPlatform.Analysis.Store.Rollups;
using PerfPlatform.Analysis.Store.Segments;
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
    private readonly List<Sent> _sent = [];
    private readonly MetricKind _kind;
    private long _inboxId;
    private int _flushed;

    /// <param name="kind">The kind of all series.</param>
    /// <param name="recentBytes">How much of what was written stays in memory.</param>
    public MemoryStore(MetricKind kind, long recentBytes = 0)
    {
        (_kind, _recent) = (kind, new RecentSegments(recentBytes));
        _recent.Complete(long.MinValue);
    }

    public void Write(BatchStamp stamp, IReadOnlyList<(LabelSet Labels, long Time, double Value)> samples)
    {
        var series = samples.GroupBy(s => s.Labels).Select(g => (Id(g.Key), (SeriesDescriptor?)null, (IReadOnlyList<(long, double)>)[.. g.Select(s => (s.Time, s.Value))])).ToArray();
        _sent.AddRange(samples.Select(s => new Sent(s.Labels, s.Time, s.Value, stamp)));
        if (series.Length > 0) _head.Append(SampleBatch.Of(Guid.Empty, stamp, 0, series), ++_inboxId);
    }

    public void Flush()
    {
        _flushed = _sent.Count;
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

    /// <param name="plan">The question.</param>
    /// <param name="isFinal">Whether an hour has its roll-ups, where nothing of it waits in the head; left out: none has.</param>
    /// <param name="rawFrom">From when on raw samples are kept.</param>
    /// <param name="buffers">What served an earlier question; left out: new ones.</param>
    public IReadOnlyList<RangeSeries> Query(RangePlan plan, Func<long, bool>? isFinal = null, long rawFrom = 0, SampleMerge? buffers = null)
    {
        var all = _series.Values.OrderBy(s => s.Id).ToList();
        plan.CheckSize(plan.Reduction is null ? all.Count : 1);
        using var gathering = new RangeGathering(plan, all.Count, workers: all.Count);
        using var own = buffers is null ? new SampleMerge() : null;
        var merge = buffers ?? own!;
        using var snapshot = new HeadSnapshot();
        _head.Snapshot(snapshot, all.Select(s => s.Id).ToArray());
        var waiting = HeadHours.Of(snapshot);
        var view = _recent.View.From(rawFrom);
        var sources = SourceSelection.Of(plan, new SourceLimits(rawFrom, view.CompleteFrom, long.MaxValue, hour => isFinal?.Invoke(hour) == true && !waiting.Contains(hour)));
        var times = new BucketTimes(plan);
        var lookup = new RecentLookup([view], plan);
        var evaluator = new RangeEvaluator(plan, sources, times, gathering, merge);

        // Each series a part of its own, finished in the opposite order: the answer must not show it.
        foreach (var (series, number) in all.Select((s, i) => (s, i)).Reverse())
        {
            var stored = _stored.GetValueOrDefault(series.Id, []).Where(r => r.Start < lookup.DatabaseTo && r.End >= plan.ReadFrom).OrderBy(r => r.Start).ToList();
            var (recent, recentFrom) = lookup.Read(series);
            evaluator.Begin();
            evaluator.Start(series, new SeriesSources(stored, recent, recentFrom, snapshot[series.Id]));
            if (sources.HasRollups)
            {
                foreach (var row in Rollups(series.Labels, sources.Tier)) evaluator.Add(row);
            }

            evaluator.Finish();
            gathering.Add(number, evaluator.End());
        }

        return gathering.End("m", times, null);
    }

    /// <summary>The roll-ups of everything that was flushed, as plainly as can be.</summary>
    private IEnumerable<RollupColumns> Rollups(LabelSet labels, RollupTier tier)
    {
        var winners = _sent.Take(_flushed).Where(s => s.Labels.Equals(labels)).Select((s, i) => (s, i)).GroupBy(x => x.s.Time).Select(g => g.OrderBy(x => x.s.Stamp).ThenBy(x => x.i).Last().s)
            .Where(s => !double.IsNaN(s.Value)).OrderBy(s => s.Time).ToList();
        foreach (var row in winners.GroupBy(s => tier.RowStart(s.Time)))
        {
            var columns = new RollupColumns(tier) { Start = row.Key };
            foreach (var slot in row.GroupBy(s => (int)((s.Time - row.Key) / tier.SlotLength())))
            {
                var values = slot.Select(s => s.Value).ToList();
                (columns.Count[slot.Key], columns.Sum[slot.Key], columns.Min[slot.Key], columns.Max[slot.Key]) = (values.Count, values.Sum(), values.Min(), values.Max());
                (columns.First[slot.Key], columns.Last[slot.Key]) = (values[0], values[^1]);
                columns.Increase[slot.Key] = values[^1] - values[0]; // good enough for values that only rise within a slot
            }

            yield return columns;
        }
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

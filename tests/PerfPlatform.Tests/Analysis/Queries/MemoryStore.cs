using PerfPlatform.Analysis.Queries;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Flushing;
using PerfPlatform.Analysis.Store.Head;
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
    private readonly Dictionary<int, List<(StoredSegment Header, byte[] Data)>> _stored = [];
    private readonly MetricKind _kind;
    private long _inboxId;

    public MemoryStore(MetricKind kind) => _kind = kind;

    public void Write(BatchStamp stamp, IEnumerable<(LabelSet Labels, long Time, double Value)> samples)
    {
        var series = samples.GroupBy(s => s.Labels).Select(g => (Id(g.Key), (SeriesDescriptor?)null, (IReadOnlyList<(long, double)>)[.. g.Select(s => (s.Time, s.Value))])).ToArray();
        if (series.Length > 0) _head.Append(SampleBatch.Of(Guid.Empty, stamp, 0, series), ++_inboxId);
    }

    public void Flush()
    {
        foreach (var generation in _head.Freeze())
        {
            foreach (var (id, buffer) in generation.Series)
            {
                _builder.Begin(generation, id, buffer);
                while (_builder.TryNext(out var row))
                {
                    if (!_stored.TryGetValue(id, out var rows)) _stored[id] = rows = [];
                    rows.Add((new StoredSegment(row.StartTime, row.EndTime, row.Stamp, row.Count, row.Min, row.Max, row.Sum, row.Last, 0, row.Data.Length), row.Data.ToArray()));
                }
            }

            _head.Drop(generation);
        }
    }

    public IReadOnlyList<RangeSeries> Query(RangePlan plan)
    {
        var all = _series.Values.OrderBy(s => s.Id).ToList();
        using var evaluator = new RangeEvaluator(plan, all.Count);
        using var snapshot = new HeadSnapshot();
        _head.Snapshot(snapshot, all.Select(s => s.Id).ToArray());
        foreach (var series in all)
        {
            var segments = new SeriesSegments { SeriesId = series.Id };
            foreach (var (header, data) in _stored.GetValueOrDefault(series.Id, []).Where(r => r.Header.Start < plan.To && r.Header.End >= plan.ReadFrom).OrderBy(r => r.Header.Start))
            {
                data.CopyTo(segments.Reserve(data.Length, out var offset), offset);
                segments.Segments.Add(header with { Offset = offset });
            }

            evaluator.Add(series, segments, snapshot[series.Id]);
        }

        return evaluator.End("m");
    }

    public void Dispose() => _builder.Dispose();

    private int Id(LabelSet labels)
    {
        if (!_series.TryGetValue(labels, out var entry))
            _series[labels] = entry = new SeriesEntry(_series.Count + 1, SeriesDescriptor.Of("m", labels).Fingerprint, "m", labels, "", _kind);
        return entry.Id;
    }
}

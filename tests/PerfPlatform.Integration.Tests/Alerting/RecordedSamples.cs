using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Integration.Tests.Alerting;

/// <summary>What the store of a test holds: every sample that was sent, as Analysis would answer. It belongs to another room and is not under test here.</summary>
public sealed class RecordedSamples : IMetricQueries, ISeriesCatalog
{
    private readonly Lock _lock = new();
    private readonly SortedDictionary<int, (string Metric, LabelSet Labels, SortedDictionary<long, double> Samples)> _series = [];

    public Guid Epoch { get; } = Guid.NewGuid();

    /// <summary>Whether queries are not answered.</summary>
    public bool IsAway { get; set; }

    /// <summary>Whether the registry does not answer.</summary>
    public bool IsRegistryAway { get; set; }

    public int Register(string metric, LabelSet labels)
    {
        lock (_lock)
        {
            foreach (var (id, series) in _series)
            {
                if (series.Metric == metric && series.Labels.Equals(labels)) return id;
            }

            _series.Add(_series.Count + 1, (metric, labels, []));
            return _series.Count;
        }
    }

    public void Record(int id, long time, double value)
    {
        lock (_lock) _series[id].Samples[time] = value;
    }

    public Task<RangeResult> QueryAsync(RangeQuery query, CancellationToken cancellationToken)
    {
        if (IsAway) throw new HttpRequestException("The store is away.");
        if (query.Step is not null) throw new QueryException("Only raw samples are recorded here.");
        var (from, to) = (query.From.ToUnixTimeMilliseconds(), query.To.ToUnixTimeMilliseconds());
        lock (_lock)
        {
            var lines = new List<RangeSeries>();
            foreach (var (metric, labels, samples) in _series.Values.Where(s => query.Selector.Matches(s.Metric, s.Labels)))
            {
                var found = samples.Where(s => s.Key >= from && s.Key < to).ToList();
                if (found.Count > 0) lines.Add(new RangeSeries(metric, labels, [.. found.Select(s => s.Key)], [.. found.Select(s => (double?)s.Value)]));
            }

            return Task.FromResult(new RangeResult(query.From, query.To, 0, lines));
        }
    }

    public Task<Page<LatestValue>> LatestAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var latest = _series.Where(s => s.Value.Samples.Count > 0 && selector.Matches(s.Value.Metric, s.Value.Labels))
                .Select(s => new LatestValue(s.Key, s.Value.Metric, s.Value.Labels, s.Value.Samples.Last().Key, s.Value.Samples.Last().Value)).ToList();
            return Task.FromResult(new Page<LatestValue>(latest, null));
        }
    }

    public Task<SeriesResolution> ResolveAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        if (IsRegistryAway) throw new HttpRequestException("The registry is away.");
        lock (_lock)
        {
            var known = ids.Where(_series.ContainsKey).Select(id => new ResolvedSeries(id, _series[id].Metric, _series[id].Labels, "1", MetricKind.Gauge)).ToList();
            return Task.FromResult(new SeriesResolution(Epoch, known));
        }
    }

    public Task<Page<MetricInfo>> MetricsAsync(string? search, int limit, string? cursor, CancellationToken cancellationToken) => throw new NotSupportedException();

    public Task<Page<SeriesInfo>> SeriesAsync(SeriesSelector selector, int limit, string? cursor, CancellationToken cancellationToken)
    {
        lock (_lock)
        {
            var found = _series.Where(s => selector.Matches(s.Value.Metric, s.Value.Labels)).Select(s => new SeriesInfo(s.Key, s.Value.Metric, s.Value.Labels, "1", MetricKind.Gauge, null));
            return Task.FromResult(new Page<SeriesInfo>([.. found.Take(limit)], null));
        }
    }
}

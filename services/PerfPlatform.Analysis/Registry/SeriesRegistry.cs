using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Registry;

/// <summary>
/// Every series in memory: by id, by fingerprint, by metric, and inverted by label. Some 0.5 kB a series with eight labels, so a million series take
/// half a gigabyte; bounded by the series that the database keeps, which retention thins out. Loaded at the start, completed after each commit.
/// </summary>
public sealed class SeriesRegistry
{
    private readonly Lock _gate = new();
    private readonly TaskCompletionSource _loaded = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Dictionary<Fingerprint, int> _byFingerprint = [];
    private readonly Dictionary<string, MetricSeries> _byMetric = new(StringComparer.Ordinal);
    private readonly Dictionary<Label, LabelSeries> _byLabel = []; // its entries hold the one copy of each label's strings
    private readonly Dictionary<string, string> _names = new(StringComparer.Ordinal); // one copy of each metric, unit and label name; bounded by the series
    private SeriesEntry?[] _byId = new SeriesEntry?[1024];
    private Dictionary<Guid, int> _earlier = []; // the last id of each epoch before a restore: one a restore

    /// <summary>The registry's epoch; empty until it is loaded.</summary>
    public Guid Epoch { get; private set; }

    /// <summary>Whether an id of an epoch is an id of this registry: of the epoch that holds, or given before the backup that was restored.</summary>
    public bool Gave(Guid epoch, int id) => epoch == Epoch || (_earlier.TryGetValue(epoch, out var last) && id <= last);

    /// <summary>How many series there are.</summary>
    public int Count
    {
        get
        {
            lock (_gate) return _byFingerprint.Count;
        }
    }

    /// <summary>The greatest id known.</summary>
    public int MaxId { get; private set; }

    /// <summary>Whether the start's load is done.</summary>
    public bool IsLoaded => _loaded.Task.IsCompleted;

    /// <summary>Returns when the start's load is done.</summary>
    public Task WaitAsync(CancellationToken cancellationToken) => _loaded.Task.WaitAsync(cancellationToken);

    /// <summary>A series by its id.</summary>
    public bool TryGet(int id, [NotNullWhen(true)] out SeriesEntry? entry)
    {
        var byId = Volatile.Read(ref _byId);
        entry = (uint)id < (uint)byId.Length ? Volatile.Read(ref byId[id]) : null;
        return entry is not null;
    }

    /// <summary>A series by its identity.</summary>
    public bool TryGet(Fingerprint fingerprint, [NotNullWhen(true)] out SeriesEntry? entry)
    {
        entry = null;
        lock (_gate) return _byFingerprint.TryGetValue(fingerprint, out var id) && TryGet(id, out entry);
    }

    /// <summary>The selected series, by id, those after <paramref name="afterId"/> and at most <paramref name="limit"/>.</summary>
    /// <param name="selector">Which.</param>
    /// <param name="afterId">The last series of the page before.</param>
    /// <param name="limit">How many.</param>
    /// <param name="budget">What it may take; left out where the selector has no expression.</param>
    public IReadOnlyList<SeriesEntry> Select(SeriesSelector selector, int afterId = 0, int limit = int.MaxValue, SelectionBudget? budget = null)
    {
        var candidates = Candidates(selector).Span;
        var start = candidates.BinarySearch(afterId);
        candidates = candidates[(start < 0 ? ~start : start + 1)..];
        var selected = new List<SeriesEntry>();
        foreach (var id in candidates)
        {
            if (selected.Count == limit) break;
            budget?.Spend();
            if (TryGet(id, out var entry) && selector.Matches(entry.Metric, entry.Labels)) selected.Add(entry);
        }

        return selected;
    }

    /// <summary>The ids of all series that are as wanted, by id.</summary>
    internal IEnumerable<int> Ids(Func<SeriesEntry, bool> wanted)
    {
        for (var id = 1; id <= MaxId; id++)
        {
            if (TryGet(id, out var entry) && wanted(entry)) yield return id;
        }
    }

    /// <summary>Metrics whose name contains a text, by name, those after a name.</summary>
    public IReadOnlyList<MetricInfo> Metrics(string? search, string? after, int limit)
    {
        lock (_gate)
        {
            return
            [
                .. _byMetric
                    .Where(m => m.Value.Ids.Count > 0
                        && (after is null || string.CompareOrdinal(m.Key, after) > 0)
                        && (search is null || m.Key.Contains(search, StringComparison.OrdinalIgnoreCase)))
                    .OrderBy(m => m.Key, StringComparer.Ordinal)
                    .Take(limit)
                    .Select(m => new MetricInfo(m.Key, m.Value.Kind, m.Value.Unit, m.Value.Ids.Count)),
            ];
        }
    }

    /// <summary>Makes room for many series at once.</summary>
    internal void EnsureCapacity(int series)
    {
        lock (_gate) _byFingerprint.EnsureCapacity(series);
    }

    internal void Add(IEnumerable<SeriesEntry> entries)
    {
        lock (_gate)
        {
            foreach (var entry in entries) Add(entry);
        }
    }

    internal void Loaded(Guid epoch, Dictionary<Guid, int> earlier)
    {
        lock (_gate) (Epoch, _earlier) = (epoch, earlier);
        _loaded.TrySetResult();
    }

    internal void Remove(IReadOnlyCollection<int> ids)
    {
        lock (_gate)
        {
            var gone = ids.ToHashSet();
            var metrics = new HashSet<string>();
            var labels = new HashSet<Label>();
            foreach (var id in ids)
            {
                if (!TryGet(id, out var entry)) continue;
                _byFingerprint.Remove(entry.Fingerprint);
                metrics.Add(entry.Metric);
                labels.UnionWith(entry.Labels);
                Volatile.Write(ref _byId[id], null);
            }

            foreach (var metric in metrics)
            {
                _byMetric[metric].Ids.Remove(gone);
                if (_byMetric[metric].Ids.Count == 0) _byMetric.Remove(metric);
            }

            foreach (var label in labels)
            {
                _byLabel[label].Remove(gone);
                if (_byLabel[label].Count == 0) _byLabel.Remove(label);
            }
        }
    }

    private void Add(SeriesEntry entry)
    {
        if (TryGet(entry.Id, out var known))
        {
            // Known: only what does not identify may have become clearer.
            if (_byMetric.TryGetValue(known.Metric, out var same)) Describe(same, entry);
            Volatile.Write(ref _byId[entry.Id], known with { Unit = Share(entry.Unit), Kind = entry.Kind });
            return;
        }

        entry = entry with { Metric = Share(entry.Metric), Unit = Share(entry.Unit), Labels = entry.Labels.Sharing(label => Post(label, entry.Id)) };
        if (entry.Id >= _byId.Length)
        {
            var larger = new SeriesEntry?[Math.Max(entry.Id + 1, _byId.Length * 2)];
            _byId.CopyTo(larger, 0);
            Volatile.Write(ref _byId, larger);
        }

        Volatile.Write(ref _byId[entry.Id], entry);
        _byFingerprint[entry.Fingerprint] = entry.Id;
        ref var metric = ref CollectionsMarshal.GetValueRefOrAddDefault(_byMetric, entry.Metric, out _);
        metric ??= new MetricSeries();
        metric.Ids.Add(entry.Id);
        Describe(metric, entry);
        if (entry.Id > MaxId) MaxId = entry.Id;
    }

    private static void Describe(MetricSeries metric, SeriesEntry entry)
    {
        if (entry.Kind != MetricKind.Unknown) metric.Kind = entry.Kind;
        if (entry.Unit.Length > 0) metric.Unit = entry.Unit;
    }

    /// <summary>The shortest way to a superset of the selected series: the metric's and every exact label's ids, intersected.</summary>
    private ReadOnlyMemory<int> Candidates(SeriesSelector selector)
    {
        var lists = new List<ReadOnlyMemory<int>>();
        lock (_gate)
        {
            if (selector.Metric is not null)
            {
                if (!_byMetric.TryGetValue(selector.Metric, out var metric)) return default;
                lists.Add(metric.Ids.Snapshot());
            }

            foreach (var matcher in selector.Match)
            {
                if (matcher.Operator != MatchOperator.Equal || matcher.Value.Length == 0) continue;
                if (!_byLabel.TryGetValue(new Label(matcher.Name, matcher.Value), out var series)) return default;
                lists.Add(series.Snapshot());
            }
        }

        if (lists.Count == 0) return Enumerable.Range(1, MaxId).ToArray();
        lists.Sort((a, b) => a.Length.CompareTo(b.Length));
        var result = lists[0];
        for (var i = 1; i < lists.Count; i++) result = PostingList.Intersect(result.Span, lists[i].Span);
        return result;
    }

    /// <summary>Enters a series under one of its labels and answers with the copy of the label that all its series share.</summary>
    private Label Post(Label label, int id)
    {
        ref var series = ref CollectionsMarshal.GetValueRefOrAddDefault(_byLabel, label, out _);
        series ??= new LabelSeries(label with { Name = Share(label.Name) });
        series.Add(id);
        return series.Label;
    }

    private string Share(string text)
    {
        ref var shared = ref CollectionsMarshal.GetValueRefOrAddDefault(_names, text, out _);
        return shared ??= text;
    }
}

using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Web.Live;

/// <summary>
/// Brings samples to the connections that watch their series. Knows no clock, no network and no database: batches go in, outboxes fill.
/// Hot: a sample costs a look-up, and a series without watchers nothing more.
/// </summary>
internal sealed class LiveRouter
{
    // The most series that are remembered; when there are more, all are forgotten and met again.
    private const int MaxSeries = 500_000;

    private readonly Lock _lock = new();
    private readonly Dictionary<int, LiveSeries> _byId = [];
    private readonly Dictionary<Fingerprint, LiveSeries> _byFingerprint = [];
    private readonly Dictionary<string, LiveOutbox> _outboxes = new(StringComparer.Ordinal); // one a connection
    private Guid _epoch;
    private int _version;
    private int _nextKey = 1;
    private volatile int _subscriptions;

    /// <summary>Whether anybody watches anything.</summary>
    public bool IsWatched => _subscriptions > 0;

    /// <summary>Adds a subscription, or changes the one of that id; false when the connection has too many.</summary>
    public bool Subscribe(string connection, string id, SeriesSelector selector)
    {
        lock (_lock)
        {
            if (!_outboxes.TryGetValue(connection, out var outbox)) _outboxes[connection] = outbox = new LiveOutbox(connection);
            if (outbox.Subscriptions.Count >= LiveOutbox.MaxSubscriptions && !outbox.Subscriptions.ContainsKey(id)) return false;
            outbox.Subscriptions[id] = selector;
            Changed(outbox);
            return true;
        }
    }

    /// <summary>Ends a subscription.</summary>
    public void Unsubscribe(string connection, string id)
    {
        lock (_lock)
        {
            if (_outboxes.TryGetValue(connection, out var outbox) && outbox.Subscriptions.Remove(id)) Changed(outbox);
        }
    }

    /// <summary>The connection is gone.</summary>
    public void Remove(string connection)
    {
        lock (_lock)
        {
            if (!_outboxes.Remove(connection, out var outbox)) return;
            outbox.Subscriptions.Clear();
            Changed(outbox);
        }
    }

    /// <summary>Ids of the batch that are not known and come without labels.</summary>
    public List<int> Unknown(SampleBatch batch)
    {
        var unknown = new List<int>();
        lock (_lock)
        {
            Enter(batch.Epoch);
            foreach (ref readonly var series in batch.Series)
            {
                if (series.Descriptor is null && !_byId.ContainsKey(series.Id)) unknown.Add(series.Id);
            }
        }

        return unknown;
    }

    /// <summary>What the registry said of ids.</summary>
    public void Learn(SeriesResolution resolution)
    {
        lock (_lock)
        {
            Enter(resolution.Epoch);
            foreach (var series in resolution.Series)
            {
                _byId[series.Id] = Meet(Fingerprint.Of(MetricName.Parse(series.Metric), series.Labels), series.Metric, series.Labels, series.Kind);
            }
        }
    }

    /// <summary>Puts the samples into the outboxes of those who watch; ids that are still unknown are left out.</summary>
    public void Route(SampleBatch batch)
    {
        lock (_lock)
        {
            Enter(batch.Epoch);
            foreach (ref readonly var entry in batch.Series)
            {
                if (Find(in entry) is not { } series) continue;
                if (series.Version != _version) series.Watch(Watchers(series), _version);
                foreach (var watcher in series.Watchers)
                {
                    watcher.Outbox.Tell(series, watcher.Subscriptions);
                    for (var i = entry.Start; i < entry.Start + entry.Count; i++) watcher.Outbox.Add(series.Key, batch.Times[i], batch.Values[i]);
                }
            }
        }
    }

    /// <summary>What is ready to be sent; each connection gets its next push after <see cref="Sent"/>.</summary>
    public List<(string Connection, LivePush Push)> Collect()
    {
        var pushes = new List<(string, LivePush)>();
        lock (_lock)
        {
            foreach (var outbox in _outboxes.Values)
            {
                if (outbox.Sending || outbox.IsEmpty) continue;
                outbox.Sending = true;
                pushes.Add((outbox.Connection, outbox.Take()));
            }
        }

        return pushes;
    }

    /// <summary>The connection has taken its push.</summary>
    public void Sent(string connection)
    {
        lock (_lock)
        {
            if (_outboxes.TryGetValue(connection, out var outbox)) outbox.Sending = false;
        }
    }

    private LiveSeries? Find(ref readonly BatchSeries entry)
    {
        if (entry.Id > 0 && _byId.TryGetValue(entry.Id, out var known)) return known;
        if (entry.Descriptor is not { } descriptor) return null;
        var series = Meet(descriptor.Fingerprint, descriptor.Metric.Value, descriptor.Labels, descriptor.Kind);
        if (entry.Id > 0) _byId[entry.Id] = series;
        return series;
    }

    private LiveSeries Meet(Fingerprint fingerprint, string metric, LabelSet labels, MetricKind kind)
    {
        if (_byFingerprint.TryGetValue(fingerprint, out var known)) return known;
        if (_byFingerprint.Count >= MaxSeries)
        {
            _byFingerprint.Clear();
            _byId.Clear();
        }

        return _byFingerprint[fingerprint] = new LiveSeries(_nextKey++, metric, labels, kind);
    }

    private LiveWatcher[] Watchers(LiveSeries series)
    {
        List<LiveWatcher>? found = null;
        foreach (var outbox in _outboxes.Values)
        {
            var subscriptions = outbox.Subscriptions.Where(s => s.Value.Matches(series.Metric, series.Labels)).Select(s => s.Key).ToArray();
            if (subscriptions.Length > 0) (found ??= []).Add(new LiveWatcher(outbox, subscriptions));
        }

        return found?.ToArray() ?? [];
    }

    private void Enter(Guid epoch)
    {
        if (epoch == Guid.Empty || epoch == _epoch) return;
        _byId.Clear();
        _epoch = epoch;
    }

    private void Changed(LiveOutbox outbox)
    {
        outbox.Forget();
        _version++;
        _subscriptions = _outboxes.Values.Sum(o => o.Subscriptions.Count);
    }
}

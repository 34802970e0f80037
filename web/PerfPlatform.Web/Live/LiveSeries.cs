using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Web.Live;

/// <summary>A series that the feed has met, and who watches it.</summary>
internal sealed class LiveSeries(int key, string metric, LabelSet labels, MetricKind kind)
{
    public int Key { get; } = key;

    public string Metric { get; } = metric;

    public LabelSet Labels { get; } = labels;

    public MetricKind Kind { get; } = kind;

    /// <summary>The watchers as of <see cref="Version"/> of the subscriptions; empty for most series.</summary>
    public LiveWatcher[] Watchers { get; private set; } = [];

    public int Version { get; private set; } = -1;

    public void Watch(LiveWatcher[] watchers, int version) => (Watchers, Version) = (watchers, version);
}

/// <summary>A connection that watches a series, and by which of its subscriptions.</summary>
internal readonly record struct LiveWatcher(LiveOutbox Outbox, string[] Subscriptions);

using System.Diagnostics;
using System.Diagnostics.Metrics;

namespace PerfPlatform.Analysis.Store;

/// <summary>The store's own metrics (<c>perfplatform.store.*</c>) and spans.</summary>
public sealed class StoreTelemetry : IDisposable
{
    /// <summary>The name of the meter and of the activity source.</summary>
    public const string Name = "PerfPlatform.Analysis";

    private readonly Meter _meter;
    private readonly Counter<long> _samples;
    private readonly Counter<long> _segments;
    private readonly Histogram<double> _commit;
    private readonly Histogram<double> _flush;
    private readonly Counter<long> _refused;
    private readonly Counter<long> _merged;
    private readonly Histogram<double> _merge;

    /// <summary>Creates the instruments.</summary>
    public StoreTelemetry(IMeterFactory meters)
    {
        _meter = meters.Create(Name);
        _samples = _meter.CreateCounter<long>("perfplatform.store.samples", "{sample}", "Samples made durable.");
        _segments = _meter.CreateCounter<long>("perfplatform.store.segments", "{segment}", "Segments written.");
        _commit = _meter.CreateHistogram<double>("perfplatform.store.commit.duration", "s", "Time of one group commit into the inbox.");
        _flush = _meter.CreateHistogram<double>("perfplatform.store.flush.duration", "s", "Time to write one generation as segments.");
        _refused = _meter.CreateCounter<long>("perfplatform.store.refused", "{request}", "Requests that could not be made durable and were refused.");
        _merged = _meter.CreateCounter<long>("perfplatform.store.compaction.segments", "{segment}", "Small segments replaced by merged ones.");
        _merge = _meter.CreateHistogram<double>("perfplatform.store.compaction.duration", "s", "Time of one transaction that merges segments.");
    }

    /// <summary>Spans of the store.</summary>
    public static ActivitySource Source { get; } = new(Name);

    internal void Observe(Func<long> headBytes, Func<long> recentBytes, Func<int> inboxRows, Func<int> series)
    {
        _meter.CreateObservableGauge("perfplatform.store.head.size", headBytes, "By", "Samples in memory that wait for their segment.");
        _meter.CreateObservableGauge("perfplatform.store.recent.size", recentBytes, "By", "Written segments that are kept in memory for queries.");
        _meter.CreateObservableGauge("perfplatform.store.inbox.rows", inboxRows, "{row}", "Inbox rows that wait for their segments.");
        _meter.CreateObservableGauge("perfplatform.store.series", series, "{series}", "Series that the registry knows.");
    }

    internal void Committed(long samples, TimeSpan duration)
    {
        _samples.Add(samples);
        _commit.Record(duration.TotalSeconds);
    }

    internal void Flushed(long segments, TimeSpan duration)
    {
        _segments.Add(segments);
        _flush.Record(duration.TotalSeconds);
    }

    internal void ObserveCompaction(Func<int> hoursBehind) =>
        _meter.CreateObservableGauge("perfplatform.store.compaction.lag", hoursBehind, "h", "Hours that are over and wait for their segments to be merged.");

    internal void Merged(int segments, TimeSpan duration)
    {
        _merged.Add(segments);
        _merge.Record(duration.TotalSeconds);
    }

    internal void Refused() => _refused.Add(1);

    /// <inheritdoc />
    public void Dispose() => _meter.Dispose();
}

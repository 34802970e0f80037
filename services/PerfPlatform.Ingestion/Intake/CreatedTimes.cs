using System.Runtime.CompilerServices;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.Intake;

/// <summary>
/// When counters began to count, as senders say it: at that time there is a sample of 0, once, so that the first increase and every restart are seen.
/// Another instance of intake, or a restart, may write the same sample again: the store keeps one.
/// </summary>
internal sealed class CreatedTimes
{
    // Bounded by the cache of series: an entry goes with its series.
    private readonly ConditionalWeakTable<CachedSeries, StrongBox<long>> _known = [];

    /// <summary>Adds the sample of 0 where the series is a counter and began anew. A time beyond the limits is no reason to refuse anything.</summary>
    public void Begin(CachedSeries series, long created, long time, IntakeRequest request)
    {
        if (created <= 0 || created > time || series.Descriptor.Kind != MetricKind.Counter) return;
        if (created < request.Now - (long)request.Options.MaxAge.TotalMilliseconds || created > request.Now) return;
        var known = _known.GetOrCreateValue(series);
        // Where the counter begins with this very sample, its value stands there, and no later one puts 0 in its place.
        if (Interlocked.Exchange(ref known.Value, created) != created && created < time) request.Add(series, created, 0);
    }
}

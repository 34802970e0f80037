using System.Collections.Concurrent;
using System.Diagnostics.Metrics;
using System.Security.Claims;
using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Access;

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>The quotas of the keys that send.</summary>
internal sealed class KeyQuotas : IDisposable
{
    // Bounded by the number of keys and scrape jobs of the installation: only authenticated senders get here.
    private readonly ConcurrentDictionary<string, KeyQuota> _quotas = new();
    private readonly IngestionOptions _options;
    private readonly Meter _meter = new(IngestionTelemetry.Name);

    public KeyQuotas(IOptions<IngestionOptions> options)
    {
        _options = options.Value;
        _meter.CreateObservableGauge("perfplatform.ingestion.key.series", () => _quotas.Values.Select(q => new Measurement<int>(q.Series, Tag(q))), "{series}", "Active series of a key");
        _meter.CreateObservableGauge("perfplatform.ingestion.key.refusals", () => _quotas.Values.Select(q => new Measurement<long>(q.Refusals, Tag(q))), "{refusal}", "How often a new series of a key was refused");
        _meter.CreateObservableGauge("perfplatform.ingestion.key.clock_skew", Skews, "s", "Newest sample's time less its receipt, median of a key's last requests");
    }

    /// <summary>All of them.</summary>
    public IEnumerable<KeyQuota> All => _quotas.Values;

    /// <summary>The quota of a request's sender; its limit is as the key's record now says.</summary>
    public KeyQuota Of(HttpContext context)
    {
        var user = context.User;
        var record = context.Features.Get<ApiKeyRecord>();
        var quota = Of(user.FindFirstValue("key") ?? user.FindFirstValue("sub") ?? "", record?.MaxSeries);
        quota.Name = record?.Name ?? "";
        return quota;
    }

    /// <summary>The quota of what the platform itself scrapes for a job.</summary>
    public KeyQuota OfJob(string job) => Of("scrape:" + job, null);

    public void Dispose() => _meter.Dispose();

    private static KeyValuePair<string, object?> Tag(KeyQuota quota) => new("key", quota.Key);

    private KeyQuota Of(string key, int? limit)
    {
        var quota = _quotas.GetOrAdd(key, static k => new KeyQuota(k));
        quota.Limit = limit ?? _options.MaxSeriesPerKey;
        return quota;
    }

    private IEnumerable<Measurement<double>> Skews()
    {
        foreach (var quota in _quotas.Values)
        {
            if (quota.Clock.Read() is { } clock) yield return new Measurement<double>(clock.Skew / 1000.0, Tag(quota));
        }
    }
}

using System.Collections.Concurrent;
using System.Security.Claims;
using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Access;

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>The quotas of the keys that send.</summary>
internal sealed class KeyQuotas(IOptions<IngestionOptions> options)
{
    // Bounded by the number of keys and scrape jobs of the installation: only authenticated senders get here.
    private readonly ConcurrentDictionary<string, KeyQuota> _quotas = new();

    /// <summary>The quota of a request's sender; its limit is as the key's record now says.</summary>
    public KeyQuota Of(HttpContext context)
    {
        var user = context.User;
        var key = user.FindFirstValue("key") ?? user.FindFirstValue("sub") ?? "";
        var quota = _quotas.GetOrAdd(key, static k => new KeyQuota(k));
        quota.Limit = context.Features.Get<ApiKeyRecord>()?.MaxSeries ?? options.Value.MaxSeriesPerKey;
        return quota;
    }

    /// <summary>The quota of what the platform itself scrapes for a job.</summary>
    public KeyQuota OfJob(string job)
    {
        var quota = _quotas.GetOrAdd("scrape:" + job, static k => new KeyQuota(k));
        quota.Limit = options.Value.MaxSeriesPerKey;
        return quota;
    }
}

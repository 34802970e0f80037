using PerfPlatform.Contracts;

namespace PerfPlatform.Web.Proxy;

/// <summary>Which service answers which path of the public contract. What Web itself owns is not here.</summary>
public static class ProxyRoutes
{
    /// <summary>Route patterns by service.</summary>
    public static IReadOnlyList<(string Pattern, string Service)> All { get; } =
    [
        ("/v1/metrics", ResourceNames.Ingestion),
        ("/write", ResourceNames.Ingestion),
        ("/api/v1/write", ResourceNames.Ingestion),
        ("/api/v1/samples", ResourceNames.Ingestion),
        ("/api/v1/influx/{**rest}", ResourceNames.Ingestion),
        ("/api/v2/write", ResourceNames.Ingestion),
        ("/api/v1/collectd", ResourceNames.Ingestion),
        ("/api/v1/scrape/{**rest}", ResourceNames.Ingestion),
        ("/api/v1/metrics", ResourceNames.Analysis),
        ("/api/v1/series", ResourceNames.Analysis),
        ("/api/v1/query", ResourceNames.Analysis),
        ("/api/v1/latest", ResourceNames.Analysis),
        ("/api/v1/hosts/{**rest}", ResourceNames.Analysis),
        ("/api/v1/live", ResourceNames.Analysis),
        ("/api/v1/admin/cardinality", ResourceNames.Ingestion),
        ("/api/v1/admin/storage", ResourceNames.Analysis),
        ("/api/v1/health/{**rest}", ResourceNames.Analysis),
        ("/api/v1/dead-letters/{**rest}", ResourceNames.Analysis),
        ("/api/v1/analysis/{**rest}", ResourceNames.Analysis),
        ("/prometheus/{**rest}", ResourceNames.Analysis),
        ("/api/v1/alerts/{**rest}", ResourceNames.Alerting),
        ("/api/v1/webhooks/{**rest}", ResourceNames.Alerting),
        ("/api/v1/reports/{**rest}", ResourceNames.Reports),
        ("/hangfire/{**rest}", ResourceNames.Reports),
    ];

    /// <summary>The services behind the proxy.</summary>
    public static IReadOnlyList<string> Services { get; } = [.. All.Select(r => r.Service).Distinct()];
}

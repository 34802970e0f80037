using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Contracts.Alerts;

/// <summary>Questions about alerts. In the process of Alerting the real thing, elsewhere a typed HTTP client.</summary>
public interface IAlertCatalog
{
    /// <summary>Alerts, newest first.</summary>
    /// <param name="state">Only in this state; null for all.</param>
    /// <param name="from">Only those that were not over before; null for no bound.</param>
    /// <param name="to">Only those that began before; null for no bound.</param>
    /// <param name="limit">1 to 1,000.</param>
    /// <param name="cursor">From the page before.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    Task<Page<Alert>> AlertsAsync(AlertState? state, DateTimeOffset? from, DateTimeOffset? to, int limit, string? cursor, CancellationToken cancellationToken);
}

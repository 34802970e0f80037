using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Contracts.Alerts;

/// <summary>Questions about alerts. In the process of Alerting the real thing, elsewhere a typed HTTP client.</summary>
public interface IAlertCatalog
{
    /// <summary>A page of the alerts that are asked for.</summary>
    /// <exception cref="QueryException">The cursor is not one that a page of this order gave.</exception>
    Task<AlertPage> AlertsAsync(AlertQuery query, CancellationToken cancellationToken);
}

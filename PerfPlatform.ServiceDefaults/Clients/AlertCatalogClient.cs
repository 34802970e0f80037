using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.ServiceDefaults;

internal sealed class AlertCatalogClient(HttpClient client) : IAlertCatalog
{
    public Task<Page<Alert>> AlertsAsync(AlertState? state, DateTimeOffset? from, DateTimeOffset? to, int limit, string? cursor, CancellationToken cancellationToken) =>
        client.GetAsync<Page<Alert>>(
            new RequestAddress("/api/v1/alerts").With("state", state?.ToString().ToLowerInvariant()).With("from", from).With("to", to).With("limit", limit).With("cursor", cursor),
            cancellationToken);
}

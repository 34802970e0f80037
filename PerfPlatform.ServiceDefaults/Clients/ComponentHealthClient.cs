using PerfPlatform.Contracts.Health;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.ServiceDefaults;

internal sealed class ComponentHealthClient(HttpClient client) : IComponentHealth
{
    public Task<HealthSummary> SummaryAsync(CancellationToken cancellationToken) =>
        client.GetAsync<HealthSummary>(new RequestAddress("/api/v1/health/summary"), cancellationToken);

    public async Task<IReadOnlyList<Component>> ComponentsAsync(CancellationToken cancellationToken) =>
        (await client.GetAsync<Page<Component>>(new RequestAddress("/api/v1/health/components").With("limit", 1000), cancellationToken)).Items;
}

using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.ServiceDefaults;

internal sealed class HostsClient(HttpClient client) : IHosts
{
    public async Task<IReadOnlyList<HostState>> ListAsync(CancellationToken cancellationToken)
    {
        var hosts = new List<HostState>(); // bounded by what the finder of hosts lists
        string? cursor = null;
        do
        {
            var page = await client.GetAsync<Page<HostState>>(new RequestAddress("/api/v1/hosts").With("limit", 1000).With("cursor", cursor), cancellationToken);
            hosts.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null);

        return hosts;
    }
}

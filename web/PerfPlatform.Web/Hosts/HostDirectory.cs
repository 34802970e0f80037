using PerfPlatform.Contracts.Hosts;

namespace PerfPlatform.Web.Hosts;

/// <summary>The hosts that the store knows.</summary>
public sealed class HostDirectory(IHosts hosts)
{
    /// <summary>All hosts, by name.</summary>
    public async Task<IReadOnlyList<HostEntry>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await hosts.ListAsync(cancellationToken)).Select(h => new HostEntry(h.Name, h.LastSeen, h.Collector) { IsSilent = h.Silent, Readings = h.Readings })];

    /// <summary>One host, or null when nobody of that name ever sent.</summary>
    public async Task<HostEntry?> FindAsync(string name, CancellationToken cancellationToken) => (await ListAsync(cancellationToken)).FirstOrDefault(h => h.Name == name);
}

using PerfPlatform.Contracts.Hosts;

namespace PerfPlatform.Web.Hosts;

/// <summary>A host, and when something last came from it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="LastSeen">The time of its newest sample.</param>
/// <param name="Collector">Who measures it.</param>
public sealed record HostEntry(string Name, DateTimeOffset? LastSeen, string Collector)
{
    /// <summary>How long a host may be silent before it counts as away: a few times as long as its collector waits between two samples.</summary>
    public TimeSpan Silent => ByAgent ? TimeSpan.FromSeconds(30) : TimeSpan.FromSeconds(150);

    /// <summary>Whether our agent measures it, each second.</summary>
    public bool ByAgent => Collector == HostCollector.Agent.Name;

    /// <summary>Whether it sends now.</summary>
    public bool IsUp(DateTimeOffset now) => LastSeen is { } seen && now - seen < Silent;
}

/// <summary>The hosts that the store knows.</summary>
public sealed class HostDirectory(IHosts hosts)
{
    /// <summary>All hosts, by name.</summary>
    public async Task<IReadOnlyList<HostEntry>> ListAsync(CancellationToken cancellationToken) =>
        [.. (await hosts.ListAsync(cancellationToken)).Select(h => new HostEntry(h.Name, h.LastSeen, h.Collector))];
}

namespace PerfPlatform.Contracts.Hosts;

/// <summary>The hosts and how they do. In the process of Analysis the real class, elsewhere a typed HTTP client of its API.</summary>
public interface IHosts
{
    /// <summary>All hosts, by name; at most two seconds old.</summary>
    Task<IReadOnlyList<HostState>> ListAsync(CancellationToken cancellationToken);
}

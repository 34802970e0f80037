using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Web.Hosts;

/// <summary>A machine whose agent sends, and when it last did.</summary>
/// <param name="Name">Its <c>host.name</c>.</param>
/// <param name="LastSeen">The time of its newest sample.</param>
public sealed record HostEntry(string Name, DateTimeOffset? LastSeen)
{
    /// <summary>How long an agent may be silent before its host counts as away.</summary>
    public static TimeSpan Silent { get; } = TimeSpan.FromSeconds(30);

    /// <summary>Whether its agent sends now.</summary>
    public bool IsUp(DateTimeOffset now) => LastSeen is { } seen && now - seen < Silent;
}

/// <summary>The hosts that the store knows: those with a total CPU utilization.</summary>
public sealed class HostDirectory(IMetricQueries queries)
{
    private static readonly SeriesSelector Totals = SeriesSelector.Of("system.cpu.utilization", "cpu.mode=", "cpu.logical_number=");

    /// <summary>Hosts by name; at most 1,000.</summary>
    public async Task<IReadOnlyList<HostEntry>> ListAsync(CancellationToken cancellationToken)
    {
        var page = await queries.SeriesAsync(Totals, 1000, null, cancellationToken);
        return [.. page.Items
            .Where(s => !string.IsNullOrEmpty(s.Labels["host.name"]))
            .GroupBy(s => s.Labels["host.name"]!, (name, series) => new HostEntry(name, series.Max(s => s.LastSeen)))
            .OrderBy(h => h.Name, StringComparer.Ordinal)];
    }
}

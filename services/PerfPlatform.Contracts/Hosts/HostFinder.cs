using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Contracts.Hosts;

/// <summary>Finds the hosts that the store knows.</summary>
public sealed class HostFinder(IMetricQueries queries)
{
    /// <summary>The most hosts of one collector.</summary>
    public const int MostHosts = 10_000;

    private const int PageSize = 1000;

    /// <summary>All hosts, by name.</summary>
    public async Task<IReadOnlyList<KnownHost>> ListAsync(CancellationToken cancellationToken)
    {
        var hosts = new Dictionary<string, KnownHost>(); // bounded by MostHosts a collector
        foreach (var (collector, series) in HostSignals.Marks)
        {
            await foreach (var mark in AllAsync(series, cancellationToken))
            {
                if (HostSignalReader.HostOf(collector, mark.Labels) is not { } name) continue;
                hosts[name] = hosts.TryGetValue(name, out var known)
                    ? known with { Mark = known.LastSeen > mark.LastSeen || mark.LastSeen is null ? known.Mark : mark }
                    : new KnownHost(name, collector, mark);
            }
        }

        return [.. hosts.Values.OrderBy(h => h.Name, StringComparer.Ordinal)];
    }

    private async IAsyncEnumerable<SeriesInfo> AllAsync(SeriesSelector selector, [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellationToken)
    {
        string? cursor = null;
        for (var read = 0; read < MostHosts;)
        {
            var page = await queries.SeriesAsync(selector, PageSize, cursor, cancellationToken);
            foreach (var series in page.Items) yield return series;
            read += page.Items.Count;
            cursor = page.NextCursor;
            if (cursor is null) yield break;
        }
    }
}

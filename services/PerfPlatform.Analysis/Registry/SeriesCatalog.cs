using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Registry;

/// <summary>Answers consumers of batches that met an id they do not know.</summary>
internal sealed class SeriesCatalog(SeriesRegistry registry, RegistryLoader loader) : ISeriesCatalog
{
    private const int MaxIds = 10_000;

    public async Task<SeriesResolution> ResolveAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        if (ids.Count > MaxIds) throw new QueryException($"At most {MaxIds} ids at once.");
        await registry.WaitAsync(cancellationToken);
        var unknown = ids.Where(id => id > 0 && !registry.TryGet(id, out _)).ToArray();
        if (unknown.Length > 0) await loader.LoadAsync(unknown, cancellationToken);
        var series = new List<ResolvedSeries>(ids.Count);
        foreach (var id in ids)
        {
            if (registry.TryGet(id, out var entry)) series.Add(new ResolvedSeries(id, entry.Metric, entry.Labels, entry.Unit, entry.Kind));
        }

        return new SeriesResolution(registry.Epoch, series);
    }
}

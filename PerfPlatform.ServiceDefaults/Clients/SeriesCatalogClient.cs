using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.ServiceDefaults;

internal sealed class SeriesCatalogClient(HttpClient client) : ISeriesCatalog
{
    // An address of at most some 8 kB.
    private const int IdsACall = 700;

    public async Task<SeriesResolution> ResolveAsync(IReadOnlyList<int> ids, CancellationToken cancellationToken)
    {
        var epoch = Guid.Empty;
        var series = new List<ResolvedSeries>(ids.Count);
        foreach (var part in ids.Chunk(IdsACall))
        {
            var answer = await client.GetAsync<SeriesResolution>(new RequestAddress("/internal/series").With("ids", string.Join(',', part)), cancellationToken);
            if (epoch != Guid.Empty && epoch != answer.Epoch) return await ResolveAsync(ids, cancellationToken);
            epoch = answer.Epoch;
            series.AddRange(answer.Series);
        }

        return new SeriesResolution(epoch, series);
    }
}

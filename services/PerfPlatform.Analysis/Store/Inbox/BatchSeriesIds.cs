using PerfPlatform.Analysis.Registry;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Store.Inbox;

// Hot: every series of every batch passes here.

/// <summary>Finds the ids of a batch's series: those that travel labelled by their fingerprint, the others by the id that the sender knows.</summary>
internal static class BatchSeriesIds
{
    /// <summary>Adds labelled series that must be registered or described to <paramref name="unknown"/>. False: an id of another epoch or one that the registry has not.</summary>
    public static bool TryCollect(SampleBatch batch, SeriesRegistry registry, Dictionary<Fingerprint, SeriesDescriptor> unknown, List<int> missing)
    {
        var before = missing.Count;
        foreach (ref readonly var series in batch.Series)
        {
            if (series.Descriptor is { } descriptor)
            {
                if (!registry.TryGet(descriptor.Fingerprint, out var entry) || entry.IsImprovedBy(descriptor)) unknown.TryAdd(descriptor.Fingerprint, descriptor);
            }
            else if (!registry.Gave(batch.Epoch, series.Id))
            {
                return false;
            }
            else if (!registry.TryGet(series.Id, out _))
            {
                missing.Add(series.Id);
            }
        }

        return missing.Count == before;
    }

    /// <summary>The batch with every id filled in, of the epoch that holds; the descriptors stay.</summary>
    /// <exception cref="KeyNotFoundException">A series is not registered.</exception>
    public static SampleBatch Resolve(SampleBatch batch, SeriesRegistry registry)
    {
        var labelled = false;
        foreach (ref readonly var series in batch.Series) labelled |= series.Descriptor is not null;
        if (!labelled) return batch.Epoch == registry.Epoch ? batch : batch.WithSeries(registry.Epoch, batch.Series.ToArray());

        var resolved = batch.Series.ToArray();
        foreach (ref var series in resolved.AsSpan())
        {
            if (series.Descriptor is not { } descriptor) continue;
            if (!registry.TryGet(descriptor.Fingerprint, out var entry)) throw new KeyNotFoundException($"The series {descriptor.Fingerprint} is not registered.");
            series = series with { Id = entry.Id };
        }

        return batch.WithSeries(registry.Epoch, resolved);
    }
}

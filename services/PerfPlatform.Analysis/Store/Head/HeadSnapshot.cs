using System.Runtime.InteropServices;

namespace PerfPlatform.Analysis.Store.Head;

/// <summary>The head's samples of some series at one instant. Holds its generations until it is disposed.</summary>
internal sealed class HeadSnapshot : IDisposable
{
    private readonly List<Generation> _held = []; // bounded by the generations that a head may have
    private readonly Dictionary<int, List<HeadSlice>> _slices = []; // bounded by the series asked for

    /// <summary>What there is of a series, oldest generation first.</summary>
    public IReadOnlyList<HeadSlice> this[int seriesId] => _slices.TryGetValue(seriesId, out var slices) ? slices : [];

    /// <summary>All that there is, in no order.</summary>
    public IEnumerable<HeadSlice> Slices => _slices.Values.SelectMany(slices => slices);

    /// <summary>Takes the slices of one generation. The caller holds the head's lock.</summary>
    public void Take(Generation generation, ReadOnlySpan<int> seriesIds)
    {
        var taken = false;
        foreach (var id in seriesIds)
        {
            if (!generation.TrySlice(id, out var slice)) continue;
            taken = true;
            ref var slices = ref CollectionsMarshal.GetValueRefOrAddDefault(_slices, id, out _);
            (slices ??= new List<HeadSlice>(2)).Add(slice);
        }

        if (!taken) return;
        generation.AddReference();
        _held.Add(generation);
    }

    /// <summary>Takes what another replica has of a series.</summary>
    public void Take(int seriesId, HeadSlice slice)
    {
        ref var slices = ref CollectionsMarshal.GetValueRefOrAddDefault(_slices, seriesId, out _);
        (slices ??= new List<HeadSlice>(2)).Add(slice);
    }

    /// <summary>Takes the newest sample of a series.</summary>
    public void Take(int seriesId, in LatestSample newest)
    {
        var buffer = new SeriesBuffer();
        buffer.Extend(new SampleChunk(new HeadSample[1], 0, 1));
        buffer.Add(newest.Time, newest.Value, 0);
        Take(seriesId, new HeadSlice(buffer, 1, [newest.Stamp]));
    }

    /// <summary>The newest sample of a series; null where there is none.</summary>
    public LatestSample? Newest(int seriesId)
    {
        LatestSample? newest = null;
        foreach (var slice in this[seriesId])
        {
            var samples = new HeadSample[slice.Count];
            slice.Buffer.CopyTo(samples, slice.Count);
            foreach (ref readonly var sample in samples.AsSpan())
            {
                var other = new LatestSample(sample.Time, sample.Value, slice.Stamps[sample.Batch]);
                if (newest is not { } known || !known.IsNewerThan(other)) newest = other;
            }
        }

        return newest;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var generation in _held) generation.Release();
        _held.Clear();
        _slices.Clear();
    }
}

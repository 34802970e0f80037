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

    /// <inheritdoc />
    public void Dispose()
    {
        foreach (var generation in _held) generation.Release();
        _held.Clear();
        _slices.Clear();
    }
}

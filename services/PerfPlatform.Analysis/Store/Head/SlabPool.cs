using System.Collections.Concurrent;

namespace PerfPlatform.Analysis.Store.Head;

/// <summary>Large arrays of samples that generations are cut from; kept for the next generation instead of left to the collector.</summary>
internal sealed class SlabPool(long keepBytes)
{
    /// <summary>Samples of a slab: 1.3 MB.</summary>
    public const int Samples = 1 << 16;

    public const long Bytes = Samples * 20L;

    private readonly ConcurrentBag<HeadSample[]> _free = []; // bounded by keepBytes

    public HeadSample[] Rent() => _free.TryTake(out var slab) ? slab : GC.AllocateUninitializedArray<HeadSample>(Samples);

    public void Return(HeadSample[] slab)
    {
        if (_free.Count < keepBytes / Bytes) _free.Add(slab);
    }
}

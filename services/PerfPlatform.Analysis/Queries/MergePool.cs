using System.Collections.Concurrent;

namespace PerfPlatform.Analysis.Queries;

/// <summary>Merges with their codecs and buffers, handed from one question to the next.</summary>
internal sealed class MergePool : IDisposable
{
    private static readonly int Kept = Environment.ProcessorCount * 2;
    private readonly ConcurrentBag<SampleMerge> _free = []; // bounded by Kept

    public SampleMerge Rent() => _free.TryTake(out var merge) ? merge : new SampleMerge();

    public void Return(SampleMerge merge)
    {
        if (_free.Count < Kept) _free.Add(merge);
        else merge.Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        while (_free.TryTake(out var merge)) merge.Dispose();
    }
}

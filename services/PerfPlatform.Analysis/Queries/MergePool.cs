using System.Collections.Concurrent;

namespace PerfPlatform.Analysis.Queries;

/// <summary>Merges with their codecs and buffers, handed from one question to the next.</summary>
internal sealed class MergePool : IDisposable
{
    private const int KeptSamples = 1 << 18; // two days at 1 s, 4 MB
    private static readonly int Kept = Environment.ProcessorCount * 2;
    private readonly ConcurrentBag<SampleMerge> _free = []; // bounded by Kept

    public SampleMerge Rent() => _free.TryTake(out var merge) ? merge : new SampleMerge();

    public void Return(SampleMerge merge)
    {
        if (_free.Count < Kept && merge.Columns.Capacity <= KeptSamples) _free.Add(merge);
        else merge.Dispose();
    }

    /// <inheritdoc />
    public void Dispose()
    {
        while (_free.TryTake(out var merge)) merge.Dispose();
    }
}

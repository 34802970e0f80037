namespace PerfPlatform.Analysis.Store.Head;

// Hot: every sample is added here; what that needs lies in this object.

/// <summary>
/// The samples of one series in one generation, in the order in which they came: a chain of chunks that grow from 4 to 1,024 samples.
/// Written by one thread at a time; the samples before a <see cref="Count"/> that was read never change.
/// </summary>
internal sealed class SeriesBuffer
{
    private const int SmallestChunk = 4;
    private const int LargestChunk = 1024;
    private SampleChunk? _first;
    private SampleChunk? _last;
    private HeadSample[] _slab = [];
    private int _at;
    private int _end;
    private long _newest = long.MinValue;

    public int Count { get; private set; }

    /// <summary>Whether every sample is newer than those before it, so that the last is the newest.</summary>
    public bool IsAscending { get; private set; } = true;

    public bool IsFull => _at == _end;

    /// <summary>How many samples the next chunk has.</summary>
    public int NextCapacity => _last is null ? SmallestChunk : Math.Min(LargestChunk, _last.Capacity * 4);

    /// <summary>Adds a chunk to a full buffer.</summary>
    public void Extend(SampleChunk chunk)
    {
        if (_last is null) _first = chunk;
        else _last.Next = chunk;
        _last = chunk;
        (_slab, _at, _end) = (chunk.Slab, chunk.Offset, chunk.Offset + chunk.Capacity);
    }

    /// <summary>Adds a sample to a buffer that is not full.</summary>
    public void Add(long time, double value, int batch)
    {
        ref var sample = ref _slab[_at++];
        sample.Time = time;
        sample.Value = value;
        sample.Batch = batch;
        Count++;
        if (time > _newest) _newest = time;
        else IsAscending = false;
    }

    /// <summary>The sample that came last. There is one.</summary>
    public HeadSample Last => _slab[_at - 1];

    /// <summary>Copies the first <paramref name="count"/> samples.</summary>
    public void CopyTo(Span<HeadSample> destination, int count)
    {
        for (var chunk = _first; count > 0; chunk = chunk.Next)
        {
            var take = Math.Min(count, chunk!.Capacity);
            chunk.Slab.AsSpan(chunk.Offset, take).CopyTo(destination);
            destination = destination[take..];
            count -= take;
        }
    }
}

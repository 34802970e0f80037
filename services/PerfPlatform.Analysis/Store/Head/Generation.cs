using System.Runtime.InteropServices;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Head;

// Hot: every sample is appended here. The head's lock is held by whoever calls Append or TrySlice.

/// <summary>
/// What came in between two flushes, for one partition: buffers by series, the stamps of the batches and the inbox rows that hold the same samples.
/// Readers hold a reference while they copy, so that the slabs go back to the pool only when nobody looks. Bounded by <see cref="StoreOptions.HeadBytes"/>.
/// </summary>
internal sealed class Generation(SlabPool pool, BatchStamp floor)
{
    private const int SeriesOverhead = 200; // buffer, first chunk and dictionary entry
    private readonly Dictionary<int, SeriesBuffer> _series = [];
    private readonly List<HeadSample[]> _slabs = [];
    private readonly List<long> _inboxIds = [];
    private BatchStamp[] _stamps = new BatchStamp[64];
    private int _batches;
    private int _used = SlabPool.Samples;
    private int _references = 1;

    /// <summary>The greatest stamp of all earlier generations: samples up to it may compete with stored ones.</summary>
    public BatchStamp Floor { get; } = floor;

    /// <summary>The greatest stamp seen, the earlier generations' included.</summary>
    public BatchStamp Ceiling { get; private set; } = floor;

    /// <summary>Whether a batch came later than its stamp says, so that its samples may compete with stored ones.</summary>
    public bool HasLate { get; private set; }

    public long Samples { get; private set; }

    public bool IsEmpty => _inboxIds.Count == 0;

    public long Bytes => (_slabs.Count * SlabPool.Bytes) + ((long)_series.Count * SeriesOverhead) + (_inboxIds.Count * 32L);

    public IReadOnlyList<long> InboxIds => _inboxIds;

    public IReadOnlyDictionary<int, SeriesBuffer> Series => _series;

    /// <summary>Adds a batch whose series all have ids.</summary>
    public void Append(SampleBatch batch, long inboxId)
    {
        _inboxIds.Add(inboxId);
        if (_batches == _stamps.Length) Array.Resize(ref _stamps, _batches * 2);
        _stamps[_batches] = batch.Stamp;
        if (batch.Stamp > Ceiling) Ceiling = batch.Stamp;
        HasLate |= batch.Stamp <= Floor;
        var times = batch.Times;
        var values = batch.Values;
        foreach (ref readonly var series in batch.Series)
        {
            ref var buffer = ref CollectionsMarshal.GetValueRefOrAddDefault(_series, series.Id, out var exists);
            if (!exists) buffer = new SeriesBuffer(Cut(4));
            Append(buffer!, times.Slice(series.Start, series.Count), values.Slice(series.Start, series.Count));
        }

        _batches++;
        Samples += batch.SampleCount;
    }

    /// <summary>What a series has by now; the slice stays as it is while a reference is held.</summary>
    public bool TrySlice(int seriesId, out HeadSlice slice)
    {
        if (!_series.TryGetValue(seriesId, out var buffer))
        {
            slice = default;
            return false;
        }

        slice = new HeadSlice(buffer, buffer.Count, _stamps);
        return true;
    }

    public BatchStamp Stamp(int batch) => _stamps[batch];

    public void AddReference() => Interlocked.Increment(ref _references);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0) return;
        foreach (var slab in _slabs) pool.Return(slab);
        _slabs.Clear();
    }

    private void Append(SeriesBuffer buffer, ReadOnlySpan<long> times, ReadOnlySpan<double> values)
    {
        var chunk = buffer.Last;
        for (var i = 0; i < times.Length; i++)
        {
            if (chunk.Count == chunk.Capacity)
            {
                chunk = buffer.Last = chunk.Next = Cut(Math.Min(1024, chunk.Capacity * 4));
            }

            ref var sample = ref chunk.Slab[chunk.Offset + chunk.Count++];
            sample.Time = times[i];
            sample.Value = values[i];
            sample.Batch = _batches;
        }

        buffer.Count += times.Length;
    }

    private SampleChunk Cut(int samples)
    {
        if (_used + samples > SlabPool.Samples)
        {
            _slabs.Add(pool.Rent());
            _used = 0;
        }

        var chunk = new SampleChunk(_slabs[^1], _used, samples);
        _used += samples;
        return chunk;
    }
}

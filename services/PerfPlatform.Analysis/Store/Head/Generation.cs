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
            if (!exists) buffer = new SeriesBuffer();
            for (var i = series.Start; i < series.Start + series.Count; i++)
            {
                if (buffer!.IsFull) buffer.Extend(Cut(buffer.NextCapacity));
                buffer.Add(times[i], values[i], _batches);
            }
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

    /// <summary>The newest sample of a series by now: of equal times the greater stamp, of equal stamps the later.</summary>
    public bool TryNewest(int seriesId, out LatestSample newest)
    {
        newest = default;
        if (!_series.TryGetValue(seriesId, out var buffer)) return false;
        newest = Newest(buffer);
        return true;
    }

    /// <summary>The newest sample of each series.</summary>
    public IEnumerable<(int SeriesId, LatestSample Sample)> NewestOfAll() => _series.Select(series => (series.Key, Newest(series.Value)));

    public BatchStamp Stamp(int batch) => _stamps[batch];

    public void AddReference() => Interlocked.Increment(ref _references);

    public void Release()
    {
        if (Interlocked.Decrement(ref _references) != 0) return;
        foreach (var slab in _slabs) pool.Return(slab);
        _slabs.Clear();
    }

    private LatestSample Newest(SeriesBuffer buffer)
    {
        if (buffer.IsAscending) return Latest(buffer.Last);
        var samples = new HeadSample[buffer.Count];
        buffer.CopyTo(samples, samples.Length);
        var newest = Latest(samples[0]);
        foreach (ref readonly var sample in samples.AsSpan(1))
        {
            if (sample.Time >= newest.Time && Latest(sample) is var other && !newest.IsNewerThan(other)) newest = other;
        }

        return newest;
    }

    private LatestSample Latest(in HeadSample sample) => new(sample.Time, sample.Value, _stamps[sample.Batch]);

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

using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Head;

/// <summary>
/// The samples of one partition that are durable in the inbox and not yet in segments: one generation that grows, and frozen ones that are being written.
/// </summary>
internal sealed class PartitionHead(SlabPool pool, LatestSamples latest)
{
    private readonly Lock _gate = new();
    private readonly List<Generation> _frozen = []; // bounded through StoreOptions.HeadBytes: intake is refused beyond
    private Generation _active = new(pool, default);

    public long Bytes
    {
        get
        {
            lock (_gate)
            {
                var bytes = _active.Bytes;
                foreach (var generation in _frozen) bytes += generation.Bytes;
                return bytes;
            }
        }
    }

    public long ActiveBytes
    {
        get
        {
            lock (_gate) return _active.Bytes;
        }
    }

    public int InboxRows
    {
        get
        {
            lock (_gate) return _active.InboxIds.Count + _frozen.Sum(g => g.InboxIds.Count);
        }
    }

    /// <summary>Makes a durable batch visible to queries. Every series has its id.</summary>
    public void Append(SampleBatch batch, long inboxId)
    {
        lock (_gate) _active.Append(batch, inboxId);
    }

    /// <summary>Puts in what is newer than what <paramref name="samples"/> has.</summary>
    public void ReadLatest(ReadOnlySpan<int> seriesIds, Span<LatestSample?> samples)
    {
        lock (_gate)
        {
            foreach (var generation in _frozen) Read(generation, seriesIds, samples);
            Read(_active, seriesIds, samples);
        }

        static void Read(Generation generation, ReadOnlySpan<int> seriesIds, Span<LatestSample?> samples)
        {
            for (var i = 0; i < seriesIds.Length; i++)
            {
                if (generation.TryNewest(seriesIds[i], out var newest) && !(samples[i] is { } known && known.IsNewerThan(newest))) samples[i] = newest;
            }
        }
    }

    /// <summary>Ends the generation that grows, and returns all that wait to be written, oldest first.</summary>
    public IReadOnlyList<Generation> Freeze()
    {
        lock (_gate)
        {
            if (!_active.IsEmpty)
            {
                _frozen.Add(_active);
                _active = new Generation(pool, _active.Ceiling);
            }

            return [.. _frozen];
        }
    }

    /// <summary>Forgets a generation whose segments are committed.</summary>
    public void Drop(Generation generation)
    {
        latest.Keep(generation); // before it is gone: who asks looks at the head first
        lock (_gate) _frozen.Remove(generation);
        generation.Release();
    }

    /// <summary>Forgets everything: the lease went to another writer, which reads the inbox itself.</summary>
    public void Clear()
    {
        List<Generation> all;
        lock (_gate)
        {
            all = [.. _frozen, _active];
            foreach (var generation in all) latest.Keep(generation);
            _frozen.Clear();
            _active = new Generation(pool, default);
        }

        foreach (var generation in all) generation.Release();
    }

    /// <summary>Adds this partition's part to a snapshot.</summary>
    public void Snapshot(HeadSnapshot snapshot, ReadOnlySpan<int> seriesIds)
    {
        lock (_gate)
        {
            foreach (var generation in _frozen) snapshot.Take(generation, seriesIds);
            snapshot.Take(_active, seriesIds);
        }
    }
}

namespace PerfPlatform.Analysis.Store.Head;

/// <summary>
/// The newest sample of every series that the heads no longer hold, in pages of 1,024 ids. 48 bytes for each id of a page that is in use: bounded by the
/// series that the registry keeps. What only the database has is looked up once and remembered.
/// </summary>
internal sealed class LatestSamples
{
    private const int PageBits = 10;
    private readonly Lock _gate = new();
    private Entry[]?[] _pages = new Entry[]?[64];

    /// <summary>Takes what a generation has before the head forgets it.</summary>
    public void Keep(Generation generation)
    {
        lock (_gate)
        {
            foreach (var (id, sample) in generation.NewestOfAll()) At(id).Offer(sample);
        }
    }

    /// <summary>Puts in what is newer than what <paramref name="samples"/> has; <paramref name="missing"/> gets those that the database must be asked for.</summary>
    public void Read(ReadOnlySpan<int> ids, Span<LatestSample?> samples, List<int> missing)
    {
        lock (_gate)
        {
            for (var i = 0; i < ids.Length; i++)
            {
                ref var entry = ref At(ids[i]);
                if (entry.HasSample && !(samples[i] is { } known && known.IsNewerThan(entry.Sample))) samples[i] = entry.Sample;
                if (!entry.IsComplete) missing.Add(ids[i]);
            }
        }
    }

    /// <summary>Takes what the database has of a series, or that it has nothing.</summary>
    public void Learn(int id, LatestSample? stored)
    {
        lock (_gate)
        {
            ref var entry = ref At(id);
            if (stored is { } sample) entry.Offer(sample);
            entry.IsComplete = true;
        }
    }

    /// <summary>Forgets series that the registry has dropped.</summary>
    public void Forget(IEnumerable<int> ids)
    {
        lock (_gate)
        {
            foreach (var id in ids) At(id) = default;
        }
    }

    /// <summary>Forgets samples that the database has dropped.</summary>
    public void ForgetBefore(long time)
    {
        lock (_gate)
        {
            foreach (var page in _pages)
            {
                foreach (ref var entry in page.AsSpan())
                {
                    if (entry.HasSample && entry.Sample.Time < time) entry = default;
                }
            }
        }
    }

    private ref Entry At(int id)
    {
        var page = id >> PageBits;
        if (page >= _pages.Length) Array.Resize(ref _pages, Math.Max(page + 1, _pages.Length * 2));
        var entries = _pages[page] ??= new Entry[1 << PageBits];
        return ref entries[id & ((1 << PageBits) - 1)];
    }

    private struct Entry
    {
        public LatestSample Sample;
        public bool HasSample;
        public bool IsComplete; // what the database has is in it

        public void Offer(LatestSample sample)
        {
            if (HasSample && Sample.IsNewerThan(sample)) return;
            Sample = sample;
            HasSample = true;
        }
    }
}

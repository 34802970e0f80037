using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>The series of a target's last page, so that those which are gone from the next can be ended. One scrape at a time.</summary>
internal sealed class SeenSeries
{
    // Both bounded by the target's MaxSamples.
    private List<CachedSeries> _last = [];
    private List<CachedSeries> _current = [];

    /// <summary>A series is on the page.</summary>
    public void Add(CachedSeries series) => _current.Add(series);

    /// <summary>Starts a page.</summary>
    public void Begin() => _current.Clear();

    /// <summary>Compares the page with the last one, without forgetting that yet.</summary>
    /// <param name="vanished">The series that are no longer there.</param>
    /// <returns>How many are new.</returns>
    public int Compare(out IReadOnlyList<CachedSeries> vanished)
    {
        vanished = [];
        // The usual page has the same series in the same order.
        if (_last.SequenceEqual(_current)) return 0;
        var before = _last.Select(s => s.Descriptor.Fingerprint).ToHashSet();
        var now = _current.Select(s => s.Descriptor.Fingerprint).ToHashSet();
        vanished = [.. _last.Where(s => !now.Contains(s.Descriptor.Fingerprint)).DistinctBy(s => s.Descriptor.Fingerprint)];
        now.ExceptWith(before);
        return now.Count;
    }

    /// <summary>The page was stored: the next is compared with it.</summary>
    public void Commit() => (_last, _current) = (_current, _last);
}

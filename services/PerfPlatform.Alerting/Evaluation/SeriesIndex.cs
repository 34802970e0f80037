using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>
/// From the registry's ids to the groups that watch a series. Hot: a series that no rule watches costs one bit test.
/// Which rules match is worked out once a series.
/// </summary>
public sealed class SeriesIndex
{
    // One bit an id; bounded by the registry's greatest id (ids are dense).
    private ulong[] _ignored = [];

    // Bounded by EngineLimits.MaxSeries.
    private readonly Dictionary<int, WatchedSeries> _byId = [];

    // Bounded by EngineLimits.MaxSeries.
    private readonly Dictionary<Fingerprint, WatchedSeries> _byFingerprint = [];

    /// <summary>The registry's epoch that the ids belong to.</summary>
    public Guid Epoch { get; private set; }

    /// <summary>How many series are watched.</summary>
    public int Count => _byFingerprint.Count;

    /// <summary>Whether no rule watches this id.</summary>
    public bool IsIgnored(int id) => (uint)(id >> 6) < (uint)_ignored.Length && (_ignored[id >> 6] & (1UL << (id & 63))) != 0;

    /// <summary>The watched series of an id, or null.</summary>
    public WatchedSeries? ById(int id) => _byId.GetValueOrDefault(id);

    /// <summary>The watched series of an identity, or null.</summary>
    public WatchedSeries? ByFingerprint(Fingerprint fingerprint) => _byFingerprint.GetValueOrDefault(fingerprint);

    /// <summary>Remembers that no rule watches an id.</summary>
    public void Ignore(int id)
    {
        if (id >> 6 >= _ignored.Length) Array.Resize(ref _ignored, Math.Max(_ignored.Length * 2, (id >> 6) + 1));
        _ignored[id >> 6] |= 1UL << (id & 63);
    }

    /// <summary>Remembers a watched series; the id is 0 where only its labels are known.</summary>
    public void Watch(int id, WatchedSeries series)
    {
        _byFingerprint[series.Fingerprint] = series;
        if (id > 0) _byId[id] = series;
    }

    /// <summary>Forgets every id: the registry has a new epoch.</summary>
    public void Enter(Guid epoch)
    {
        Epoch = epoch;
        ForgetIds();
    }

    /// <summary>Forgets which rules watch which series: the rules have changed.</summary>
    public void Clear()
    {
        ForgetIds();
        _byFingerprint.Clear();
    }

    /// <summary>Forgets series of groups that are gone. An id that was forgotten is asked for again when it comes.</summary>
    public void Sweep()
    {
        foreach (var series in _byFingerprint.Values) series.Bindings.RemoveAll(static binding => binding.Group.IsGone);
        foreach (var (id, series) in _byId)
        {
            if (series.Bindings.Count == 0) _byId.Remove(id);
        }

        foreach (var (fingerprint, series) in _byFingerprint)
        {
            if (series.Bindings.Count == 0) _byFingerprint.Remove(fingerprint);
        }
    }

    private void ForgetIds()
    {
        Array.Clear(_ignored);
        _byId.Clear();
    }
}

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>How many series a key has in the cache, and may have; and what else is known of it as a sender.</summary>
internal sealed class KeyQuota(string key)
{
    private readonly Lock _refusing = new();
    private readonly DistinctCount _refused = new();
    private int _series;
    private long _refusals;

    /// <summary>For series that the platform makes itself, a few a target.</summary>
    public static KeyQuota Own { get; } = new("") { Limit = int.MaxValue };

    public string Key { get; } = key;

    /// <summary>What a person called the key; empty for a user.</summary>
    public string Name { get; set; } = "";

    /// <summary>How many series it may have.</summary>
    public int Limit { get; set; }

    public int Series => Volatile.Read(ref _series);

    /// <summary>How often a new series was refused.</summary>
    public long Refusals => Volatile.Read(ref _refusals);

    public SenderClock Clock { get; } = new();

    /// <summary>Which label has most values, for errors; looked for again when it is old.</summary>
    public LabelHint? Hint { get; set; }

    /// <summary>About how many different series were refused.</summary>
    public long RefusedSeries
    {
        get
        {
            lock (_refusing) return _refused.Estimate();
        }
    }

    /// <summary>Counts one more series unless the key has all that it may have.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _series) <= Limit) return true;
        Interlocked.Decrement(ref _series);
        return false;
    }

    /// <summary>A series was forgotten.</summary>
    public void Release() => Interlocked.Decrement(ref _series);

    /// <summary>A series was refused.</summary>
    public void Refuse(ulong fingerprint)
    {
        Interlocked.Increment(ref _refusals);
        lock (_refusing) _refused.Add(fingerprint);
    }
}

/// <summary>The label of a key with most values, as it was at a time.</summary>
/// <param name="Time">Unix milliseconds.</param>
/// <param name="Text">What to add to an error; empty where no label has several.</param>
internal sealed record LabelHint(long Time, string Text);

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>How many series a key has in the cache, and may have.</summary>
internal sealed class KeyQuota(string key)
{
    private int _series;

    /// <summary>For series that the platform makes itself, a few a target.</summary>
    public static KeyQuota Own { get; } = new("") { Limit = int.MaxValue };

    public string Key { get; } = key;

    /// <summary>How many series it may have.</summary>
    public int Limit { get; set; }

    public int Series => Volatile.Read(ref _series);

    /// <summary>Counts one more series unless the key has all that it may have.</summary>
    public bool TryTake()
    {
        if (Interlocked.Increment(ref _series) <= Limit) return true;
        Interlocked.Decrement(ref _series);
        return false;
    }

    /// <summary>A series was forgotten.</summary>
    public void Release() => Interlocked.Decrement(ref _series);
}

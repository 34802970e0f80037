namespace PerfPlatform.Ingestion.Lookup;

/// <summary>How far the times of a sender's samples lie from their receipt: the median of its last requests, each by its newest sample.</summary>
internal sealed class SenderClock
{
    private const int Kept = 64, Enough = 8;

    private readonly Lock _change = new();
    private readonly long[] _skews = new long[Kept];
    private int _count;
    private long _lastReceived;
    private bool _off;

    /// <summary>Notes a request.</summary>
    /// <param name="newest">The newest sample's time, Unix milliseconds.</param>
    /// <param name="received">When it came.</param>
    /// <param name="most">How many milliseconds it may be off before it is worth a warning.</param>
    /// <returns>Whether it has just become worth one: not again before it was right in between.</returns>
    public bool Note(long newest, long received, long most)
    {
        lock (_change)
        {
            _skews[_count++ % Kept] = newest - received;
            if (_count == 2 * Kept) _count = Kept;
            _lastReceived = received;
            if (_count < Enough) return false;
            var off = Math.Abs(Median());
            if (off > most) return !_off && (_off = true);
            if (off < most / 2) _off = false;
            return false;
        }
    }

    /// <summary>The median in milliseconds, positive where samples lie in the future; null before the first request.</summary>
    public (long Skew, long LastReceived)? Read()
    {
        lock (_change) return _count == 0 ? null : (Median(), _lastReceived);
    }

    private long Median()
    {
        Span<long> sorted = stackalloc long[Kept];
        sorted = sorted[..Math.Min(_count, Kept)];
        _skews.AsSpan(0, sorted.Length).CopyTo(sorted);
        sorted.Sort();
        return sorted[sorted.Length / 2];
    }
}

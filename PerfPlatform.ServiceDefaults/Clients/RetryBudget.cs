namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// How often requests to a service may be repeated: a fifth as often as it is asked, and ten times to begin with, so that an outage is not multiplied. Pure.
/// </summary>
internal sealed class RetryBudget
{
    // In fifths of a repeat, so that it counts in whole numbers.
    private const int Repeat = 5;
    private const int Most = 10 * Repeat;

    private readonly Lock _lock = new();
    private int _fifths = Most;

    /// <summary>A request is made.</summary>
    public void Asked()
    {
        lock (_lock) _fifths = Math.Min(_fifths + 1, Most);
    }

    /// <summary>Whether one may be made again.</summary>
    public bool TryRepeat()
    {
        lock (_lock)
        {
            if (_fifths < Repeat) return false;
            _fifths -= Repeat;
            return true;
        }
    }
}

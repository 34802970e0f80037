namespace PerfPlatform.Agent.Collection;

/// <summary>
/// The times that ticks are stamped with. A tick that comes a little early or late, by at most a hundredth of the interval and 2 ms (as Prometheus takes it), is stamped as if it had
/// come evenly after the one before: even steps cost no space where they are stored, and the clock is not that exact anyway. Any other is stamped with its own time.
/// </summary>
internal struct TickStamps(TimeSpan interval)
{
    private static readonly TimeSpan MostTolerance = TimeSpan.FromMilliseconds(2);
    private readonly TimeSpan _tolerance = TimeSpan.FromTicks(Math.Min(interval.Ticks / 100, MostTolerance.Ticks));
    private DateTimeOffset? _last;

    /// <summary>The stamp of a tick that comes now.</summary>
    public DateTimeOffset Next(DateTimeOffset now)
    {
        if (_last is { } last)
        {
            var even = last + (Math.Round((now - last) / interval) * interval);
            if (even > last && (now - even).Duration() <= _tolerance) now = even;
        }

        _last = now;
        return now;
    }
}

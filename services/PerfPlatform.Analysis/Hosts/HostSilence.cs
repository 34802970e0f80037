namespace PerfPlatform.Analysis.Hosts;

/// <summary>When a host counts as silent: the one place that says it. Pure: times in, durations out.</summary>
internal static class HostSilence
{
    /// <summary>How many gaps count: so few that a new habit is soon the usual one, so many that one lost sample changes nothing.</summary>
    public const int Gaps = 8;

    // A sample may be late by as much as one interval; two and a half are more than that.
    private const double Intervals = 2.5;

    private static readonly TimeSpan s_least = TimeSpan.FromSeconds(30);

    /// <summary>The usual time between two samples: the median of the newest gaps, so that neither an outage nor a sample out of turn moves it. Null before two gaps were seen.</summary>
    /// <param name="times">The times of the newest samples, Unix milliseconds, ascending.</param>
    public static TimeSpan? Interval(IReadOnlyList<long> times)
    {
        var gaps = times.Zip(times.Skip(1), (a, b) => b - a).TakeLast(Gaps).Order().ToList();
        return gaps.Count < 2 ? null : TimeSpan.FromMilliseconds(gaps[gaps.Count / 2]);
    }

    /// <summary>How long a host that sends at this interval may be without a sample.</summary>
    public static TimeSpan After(TimeSpan interval) => Intervals * interval > s_least ? Intervals * interval : s_least;
}

using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Hosts;

/// <summary>How often each host sends, learned from its newest samples in the store, so that it is known after a restart too. Used by one caller at a time.</summary>
internal sealed class HostIntervals(IMetricQueries queries, TimeProvider clock)
{
    // Of many hosts some at a time: until its turn comes, a host has its collector's own interval.
    private const int AtATime = 64;

    private static readonly TimeSpan s_again = TimeSpan.FromMinutes(5);

    // A wider look is taken where a narrower one has too few samples: that costs little, for they are few.
    private static readonly TimeSpan[] s_looks = [TimeSpan.FromMinutes(1), TimeSpan.FromMinutes(15), TimeSpan.FromHours(6)];

    private readonly Dictionary<string, Learned> _known = []; // bounded by the hosts that are asked about

    /// <summary>Learns those of hosts that are new or have sent since, the longest not learned first.</summary>
    public async Task LearnAsync(IReadOnlyList<KnownHost> hosts, CancellationToken cancellationToken)
    {
        if (_known.Count > hosts.Count)
        {
            var names = hosts.Select(h => h.Name).ToHashSet();
            foreach (var gone in _known.Keys.Where(k => !names.Contains(k)).ToList()) _known.Remove(gone);
        }

        var now = clock.GetUtcNow();
        foreach (var host in hosts.Where(h => IsDue(h, now)).OrderBy(h => _known.GetValueOrDefault(h.Name)?.At ?? DateTimeOffset.MinValue).Take(AtATime).ToList())
        {
            _known[host.Name] = new Learned(await IntervalAsync(host.Mark, cancellationToken), host.LastSeen!.Value, now);
        }
    }

    /// <summary>The usual interval of a host; before it is known, that of its collector.</summary>
    public TimeSpan Of(KnownHost host) => _known.GetValueOrDefault(host.Name)?.Interval ?? host.Collector.Interval;

    private bool IsDue(KnownHost host, DateTimeOffset now) =>
        host.LastSeen is { } seen && (!_known.TryGetValue(host.Name, out var known) || (seen != known.Seen && (known.Interval is null || now - known.At >= s_again)));

    private async Task<TimeSpan?> IntervalAsync(SeriesInfo mark, CancellationToken cancellationToken)
    {
        var series = HostSignals.Marks.First(m => m.Series.Matches(mark.Metric, mark.Labels)).Series;
        var selector = new SeriesSelector(mark.Metric, [.. series.Match, .. mark.Labels.Select(l => LabelMatcher.Equal(l.Name, l.Value))]);
        IReadOnlyList<long> times = [];
        foreach (var back in s_looks)
        {
            var question = new RangeQuery { Selector = selector, From = mark.LastSeen!.Value - back, To = mark.LastSeen.Value + TimeSpan.FromMilliseconds(1) };
            var answer = await queries.QueryAsync(question, cancellationToken);
            times = answer.Series.FirstOrDefault(s => s.Labels == mark.Labels)?.Times ?? [];
            if (times.Count > HostSilence.Gaps) break;
        }

        return HostSilence.Interval(times);
    }

    private sealed record Learned(TimeSpan? Interval, DateTimeOffset Seen, DateTimeOffset At);
}

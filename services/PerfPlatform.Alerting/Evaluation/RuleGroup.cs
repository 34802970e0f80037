using PerfPlatform.Alerting.Machine;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>One group of labels of one rule: its series, its machine and its clock.</summary>
public sealed class RuleGroup(RuleState state, LabelSet labels, Fingerprint fingerprint)
{
    private static readonly Comparer<GroupSeries> s_order = Comparer<GroupSeries>.Create(static (a, b) =>
        a.IsDivisor != b.IsDivisor ? a.IsDivisor.CompareTo(b.IsDivisor)
        : a.IsBucket != b.IsBucket ? a.IsBucket.CompareTo(b.IsBucket)
        : !a.IsBucket ? 0
        : a.Histogram.CompareTo(b.Histogram) is var order and not 0 ? order
        : a.Bound.CompareTo(b.Bound));

    private AlertStatus _status;

    /// <summary>The remembered state of the machine, which changes it in place.</summary>
    public ref AlertStatus Status => ref _status;

    /// <summary>The rule it belongs to.</summary>
    public RuleState State { get; } = state;

    /// <summary>The labels that its series share.</summary>
    public LabelSet Labels { get; } = labels;

    /// <summary>The identity of its alert.</summary>
    public Fingerprint Fingerprint { get; } = fingerprint;

    /// <summary>The occurrence that is not over.</summary>
    public Guid AlertId { get; set; }

    /// <summary>Its series: those that measure before those that divide, the buckets of a histogram together and rising. Bounded by <see cref="EngineLimits.MaxSeries"/> over all groups.</summary>
    public List<GroupSeries> Series { get; } = [];

    /// <summary>The value last computed.</summary>
    public double Value { get; set; } = double.NaN;

    /// <summary>When it last had a value, by our clock.</summary>
    public long ValuedAt { get; set; }

    /// <summary>The time of the newest sample, Unix milliseconds, where the sender's clock is ahead so much earlier.</summary>
    public long LastSampleAt { get; private set; }

    /// <summary>When that sample came.</summary>
    public long LastArrival { get; set; }

    /// <summary>The time of the last evaluation that had a value or a new sample; evaluation never goes back.</summary>
    public long EvaluatedAt { get; set; }

    /// <summary>Samples up to here were judged before the process started, or before the rule was made: they only fill its windows.</summary>
    public long JudgedTo { get; set; }

    /// <summary>The usual time between samples, smoothed; 0 before two have come.</summary>
    public long Interval { get; private set; }

    /// <summary>When its alert was last written.</summary>
    public long RefreshedAt { get; set; }

    /// <summary>Whether samples came in the batch at hand.</summary>
    public bool IsDirty { get; set; }

    /// <summary>Whether samples wait for the next second to be judged.</summary>
    public bool IsWaiting { get; set; }

    /// <summary>Whether it was forgotten because no data came.</summary>
    public bool IsGone { get; set; }

    /// <summary>Takes a series in, at its place.</summary>
    public void Add(GroupSeries series)
    {
        var at = Series.BinarySearch(series, s_order);
        Series.Insert(at < 0 ? ~at : at, series);
    }

    /// <summary>Takes note of a sample that came.</summary>
    public void Arrived(long time, long now)
    {
        if (time <= LastSampleAt) return;
        if (LastSampleAt > 0)
        {
            var apart = time - LastSampleAt;
            Interval = Interval == 0 ? apart : ((Interval * 7) + apart) / 8;
        }

        (LastSampleAt, LastArrival) = (time, now);
    }

    /// <summary>
    /// The time of the group: that of its newest sample, carried on by the clock since it came, so that a host whose clock is behind,
    /// or that sends what it had buffered, is judged in its own time. Never after the clock.
    /// </summary>
    public long Clock(long now) => Math.Min(now, LastSampleAt == 0 ? now : LastSampleAt + (now - LastArrival));

    /// <summary>Whether data has been away for so long that nothing can be said.</summary>
    public bool IsStale(long now, long least) => now - LastArrival > Math.Max(least, 5 * Interval);

    /// <summary>Whether data comes and has had no value, as NaN or a division by nothing, for as long.</summary>
    public bool IsVoid(long now, long least) => now - ValuedAt > Math.Max(least, 5 * Interval);
}

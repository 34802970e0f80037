using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>A series that rules watch.</summary>
/// <param name="Fingerprint">Its identity.</param>
/// <param name="Bindings">The groups that watch it: at most two a rule.</param>
public sealed record WatchedSeries(Fingerprint Fingerprint, List<GroupSeries> Bindings)
{
    // Samples travel: what they take on the way is no change of the sender's clock.
    private const long Jitter = 5000;

    /// <summary>How far the sender's clock is ahead of ours, in milliseconds: so much earlier its samples are judged. Never below zero: what is old may have been buffered.</summary>
    public long Lead { get; private set; }

    /// <summary>Learns from the newest sample of a batch.</summary>
    public void Met(long newest, long now)
    {
        var lead = newest - now;
        if (lead > Lead || Lead - lead > Jitter) Lead = Math.Max(0, lead);
    }
}

using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Analysis.Health.Probes;

/// <summary>What one check found.</summary>
/// <param name="Status">Healthy, degraded or unhealthy; unknown when the check could not be made.</param>
/// <param name="Latency">How long it took, or null where nothing was waited for.</param>
/// <param name="Error">Why it is not healthy, or null.</param>
public sealed record ProbeResult(ComponentStatus Status, TimeSpan? Latency, string? Error)
{
    /// <summary>Whether it needs no second check to be believed: nothing on the way can have gone wrong.</summary>
    public bool IsCertain { get; init; }

    /// <summary>It answered as it should: healthy, or degraded when it took more than half the time it may.</summary>
    public static ProbeResult Answered(TimeSpan latency, TimeSpan timeout) => latency > timeout / 2
        ? new(ComponentStatus.Degraded, latency, $"Slow: {latency.TotalMilliseconds:0} ms, more than half of the {timeout.TotalMilliseconds:0} ms that it may take.")
        : new(ComponentStatus.Healthy, latency, null);

    /// <summary>It failed.</summary>
    public static ProbeResult Failed(string error, TimeSpan? latency = null) => new(ComponentStatus.Unhealthy, latency, error);

    /// <summary>The check could not be made, which says nothing of the component.</summary>
    public static ProbeResult NotMade(string why) => new(ComponentStatus.Unknown, null, why);
}

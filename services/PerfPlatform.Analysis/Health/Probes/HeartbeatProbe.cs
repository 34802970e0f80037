using PerfPlatform.Contracts.Health;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Health.Probes;

/// <summary>The component must call in at least once an interval; it has a grace beyond it.</summary>
public sealed class HeartbeatProbe(TimeProvider clock) : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind => ProbeKind.Heartbeat;

    /// <inheritdoc />
    public string? Validate(Probe probe) => null;

    /// <inheritdoc />
    public Task<ProbeResult> CheckAsync(ComponentDefinition definition, Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        var result = now <= heartbeat.Deadline
            ? new ProbeResult(ComponentStatus.Healthy, null, null)
            : ProbeResult.Failed($"No heartbeat for {(now - heartbeat.Last).TotalSeconds:0} s; one is due every {DurationText.Format(definition.Interval)}.");
        return Task.FromResult(result with { IsCertain = true });
    }
}

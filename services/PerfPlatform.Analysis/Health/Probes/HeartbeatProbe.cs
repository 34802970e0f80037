using PerfPlatform.Contracts.Health;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Health.Probes;

/// <summary>The component must call in at least once an interval; it has the timeout as grace.</summary>
public sealed class HeartbeatProbe(TimeProvider clock) : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind => ProbeKind.Heartbeat;

    /// <inheritdoc />
    public string? Validate(Probe probe) => null;

    /// <inheritdoc />
    public Task<ProbeResult> CheckAsync(ComponentDefinition definition, DateTimeOffset lastHeartbeat, CancellationToken cancellationToken)
    {
        var silent = clock.GetUtcNow() - lastHeartbeat;
        return Task.FromResult(silent <= definition.Interval + definition.Timeout
            ? new ProbeResult(ComponentStatus.Healthy, null, null)
            : ProbeResult.Failed($"No heartbeat for {silent.TotalSeconds:0} s; one is due every {DurationText.Format(definition.Interval)}."));
    }
}

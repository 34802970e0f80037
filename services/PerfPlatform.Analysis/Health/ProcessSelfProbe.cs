using Microsoft.Extensions.Diagnostics.HealthChecks;
using PerfPlatform.Analysis.Health.Probes;
using PerfPlatform.Contracts.Health;

namespace PerfPlatform.Analysis.Health;

/// <summary>The health checks of the process, whichever modules registered them: each is a component. The one that only says "alive" is left out.</summary>
public sealed class ProcessSelfProbe(HealthCheckService checks) : ISelfProbe
{
    /// <inheritdoc />
    public async Task<IReadOnlyDictionary<string, ProbeResult>> CheckAsync(CancellationToken cancellationToken)
    {
        var report = await checks.CheckHealthAsync(check => !check.Tags.Contains("live"), cancellationToken);
        return report.Entries.ToDictionary(e => e.Key, e => new ProbeResult(
            e.Value.Status switch
            {
                HealthStatus.Healthy => ComponentStatus.Healthy,
                HealthStatus.Degraded => ComponentStatus.Degraded,
                _ => ComponentStatus.Unhealthy,
            },
            e.Value.Duration,
            e.Value.Status == HealthStatus.Healthy ? null : e.Value.Description ?? "It does not work."));
    }
}

using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PerfPlatform.Reports.Jobs;

/// <summary>Degraded while the workers wait for the database.</summary>
public sealed class ReportsHealthCheck(JobServerState state) : IHealthCheck
{
    /// <inheritdoc />
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        state.IsRunning ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("The workers of reports wait for the database; requests for reports are kept."));
}

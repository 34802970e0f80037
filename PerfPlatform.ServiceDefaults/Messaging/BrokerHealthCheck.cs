using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Whether the broker takes messages, and what it lacks where it does not.</summary>
internal sealed class BrokerHealthCheck(BrokerWatch watch) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(
        watch.Alarm is { } alarm ? HealthCheckResult.Degraded(alarm)
        : watch.IsConnected ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("The message broker does not answer."));
}

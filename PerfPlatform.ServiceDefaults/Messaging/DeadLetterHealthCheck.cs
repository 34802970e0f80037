using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Whether what this process cannot handle finds room with the dead letters.</summary>
internal sealed class DeadLetterHealthCheck(DeadLetterKeeper keeper) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(keeper.IsRefused
        ? HealthCheckResult.Degraded("The dead letters are full: messages that cannot be handled stay in their queues, and may hold up others. Send some again or discard them (/settings/dead-letters).")
        : HealthCheckResult.Healthy());
}

using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Whether the key records of the installation are known: until then nobody can be let in.</summary>
internal sealed class KeysHealthCheck(KeyRing keys) : IHealthCheck
{
    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(keys.IsLoaded ? HealthCheckResult.Healthy() : HealthCheckResult.Degraded("The API keys are not known yet."));
}

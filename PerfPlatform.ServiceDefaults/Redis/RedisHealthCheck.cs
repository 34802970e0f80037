using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace PerfPlatform.ServiceDefaults;

internal sealed class RedisHealthCheck(IConnectionMultiplexer redis) : IHealthCheck
{
    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var latency = await redis.GetDatabase().PingAsync();
            return HealthCheckResult.Healthy($"{latency.TotalMilliseconds:0.#} ms");
        }
        catch (Exception e) when (e is RedisException or RedisTimeoutException or ObjectDisposedException)
        {
            return HealthCheckResult.Degraded("Redis does not answer; keys and thresholds known to the process stay in use.", e);
        }
    }
}

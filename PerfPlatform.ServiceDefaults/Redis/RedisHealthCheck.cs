using Microsoft.Extensions.Diagnostics.HealthChecks;
using StackExchange.Redis;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Whether Redis answers, and takes what is written: one without memory or disk still answers.</summary>
internal sealed class RedisHealthCheck(IConnectionMultiplexer redis, TimeProvider clock) : IHealthCheck
{
    private const string Key = "perfplatform:health";
    private static readonly TimeSpan s_kept = TimeSpan.FromMinutes(1);

    public async Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default)
    {
        try
        {
            var start = clock.GetTimestamp();
            await redis.GetDatabase().StringSetAsync(Key, "", s_kept);
            return HealthCheckResult.Healthy($"{clock.GetElapsedTime(start).TotalMilliseconds:0.#} ms");
        }
        catch (Exception e) when (e is RedisException or RedisTimeoutException or ObjectDisposedException)
        {
            return HealthCheckResult.Degraded($"{ServerTrouble.Name(e) ?? "Redis does not answer"}; keys and thresholds known to the process stay in use.", e);
        }
    }
}

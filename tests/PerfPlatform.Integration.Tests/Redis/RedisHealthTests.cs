using Microsoft.Extensions.Diagnostics.HealthChecks;
using PerfPlatform.ServiceDefaults;
using PerfPlatform.TestServers;
using StackExchange.Redis;
using Xunit;

namespace PerfPlatform.Integration.Tests.Redis;

/// <summary>A Redis that answers and takes nothing is not a healthy one.</summary>
public sealed class RedisHealthTests
{
    [Fact]
    public async Task Check_MemoryFull_SaysSoAndIsHealthyAgain()
    {
        await using var server = new RedisFixture();
        await server.StartAsync(TestContext.Current.CancellationToken);
        await using var redis = await ConnectionMultiplexer.ConnectAsync(server.ConnectionString + ",allowAdmin=true");
        var check = new RedisHealthCheck(redis, TimeProvider.System);
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);

        await redis.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "1");
        var full = await CheckAsync();
        Assert.Equal(HealthStatus.Degraded, full.Status);
        Assert.StartsWith("Redis is out of memory", full.Description, StringComparison.Ordinal);

        await redis.GetDatabase().ExecuteAsync("CONFIG", "SET", "maxmemory", "0");
        Assert.Equal(HealthStatus.Healthy, (await CheckAsync()).Status);

        async Task<HealthCheckResult> CheckAsync() => await check.CheckHealthAsync(new HealthCheckContext(), TestContext.Current.CancellationToken);
    }
}

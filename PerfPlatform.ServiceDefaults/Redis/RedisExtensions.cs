using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PerfPlatform.Contracts;
using StackExchange.Redis;

namespace PerfPlatform.ServiceDefaults;

internal static class RedisExtensions
{
    /// <summary>Registers the process's one connection (<c>ConnectionStrings:redis</c>), which comes up and comes back by itself, and its health check.</summary>
    public static void AddRedis(this IHostApplicationBuilder builder)
    {
        builder.AddRedisClient(ResourceNames.Redis, settings =>
        {
            // Redis away is degraded, not unhealthy: the check is ours.
            settings.DisableHealthChecks = true;
            settings.DisableTracing = !builder.IsTraced();
        }, options =>
        {
            options.AbortOnConnectFail = false;
            options.ConnectTimeout = 2000;
            options.AsyncTimeout = 2000;
            // Fail at once while away: callers degrade, and nothing piles up.
            options.BacklogPolicy = BacklogPolicy.FailFast;
            options.ClientName = builder.Environment.ApplicationName;
        });
        builder.Services.AddHealthChecks().AddCheck<RedisHealthCheck>("redis");
    }
}

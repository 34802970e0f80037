using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using PerfPlatform.Contracts;
using StackExchange.Redis;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Redis as the services use it.</summary>
public static class RedisExtensions
{
    /// <summary>Registers the connection (<c>ConnectionStrings:redis</c>), which comes up and comes back by itself, and its health check. May be called often.</summary>
    public static IHostApplicationBuilder AddRedisClient(this IHostApplicationBuilder builder)
    {
        if (builder.Services.Any(s => s.ServiceType == typeof(IConnectionMultiplexer))) return builder;
        builder.Services.AddSingleton<IConnectionMultiplexer>(_ =>
        {
            var text = builder.Configuration.GetConnectionString(ResourceNames.Redis)
                ?? throw new InvalidOperationException("ConnectionStrings__redis is not set: name the Redis server, for example localhost:6379.");
            var options = ConfigurationOptions.Parse(text);
            options.AbortOnConnectFail = false;
            options.ConnectTimeout = 2000;
            options.AsyncTimeout = 2000;
            // Fail at once while away: callers degrade, and nothing piles up.
            options.BacklogPolicy = BacklogPolicy.FailFast;
            options.ClientName = builder.Environment.ApplicationName;
            return ConnectionMultiplexer.Connect(options);
        });
        builder.Services.AddHealthChecks().AddCheck<RedisHealthCheck>("redis");
        return builder;
    }
}

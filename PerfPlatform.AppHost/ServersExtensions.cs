using System.Net.Sockets;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using PerfPlatform.Contracts;

namespace PerfPlatform.AppHost;

/// <summary>
/// PostgreSQL with TimescaleDB, Redis and RabbitMQ: containers by default and always when publishing,
/// or with <c>Infra=local</c> the servers installed on this machine (or in <c>.servers/</c>), for machines without a container engine.
/// </summary>
internal static class ServersExtensions
{
    public static Servers AddServers(this IDistributedApplicationBuilder builder)
    {
        var infra = builder.Configuration["Infra"] ?? "containers";
        return (infra, builder.ExecutionContext.IsPublishMode) switch
        {
            (_, true) or ("containers", _) => builder.AddContainers(),
            ("local", _) => builder.AddLocalServers(),
            _ => throw new InvalidOperationException($"Infra is '{infra}': it must be 'containers' or 'local'."),
        };
    }

    private static Servers AddContainers(this IDistributedApplicationBuilder builder)
    {
        // The volume's path follows the tag's leading number: the image comes before the volume.
        var metrics = builder.AddPostgres("postgres")
            .WithImage("timescale/timescaledb", "2.22.1-pg17")
            .WithDataVolume()
            .AddDatabase(ResourceNames.Metrics);
        var redis = builder.AddRedis(ResourceNames.Redis).WithDataVolume().WithPersistence();
        var rabbitMq = builder.AddRabbitMQ(ResourceNames.RabbitMq).WithDataVolume();
        return new Servers(new Server(metrics, metrics), new Server(redis, redis), new Server(rabbitMq, rabbitMq));
    }

    private static Servers AddLocalServers(this IDistributedApplicationBuilder builder)
    {
        var password = builder.AddParameter("server-password", new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true);
        var (postgres, postgresAt) = builder.AddLocalServer("postgres", password);
        var (redis, redisAt) = builder.AddLocalServer("redis-server", password);
        var (rabbitMq, rabbitMqAt) = builder.AddLocalServer("rabbitmq-server", password);
        var metrics = builder.AddConnectionString(ResourceNames.Metrics, ReferenceExpression.Create(
            $"Host={postgresAt.Property(EndpointProperty.Host)};Port={postgresAt.Property(EndpointProperty.Port)};Database=postgres;Username=postgres;Password={password}"));
        var cache = builder.AddConnectionString(ResourceNames.Redis, ReferenceExpression.Create(
            $"{redisAt.Property(EndpointProperty.HostAndPort)},password={password}"));
        var broker = builder.AddConnectionString(ResourceNames.RabbitMq, ReferenceExpression.Create(
            $"amqp://perfplatform:{password}@{rabbitMqAt.Property(EndpointProperty.HostAndPort)}"));
        return new Servers(new Server(metrics, postgres), new Server(cache, redis), new Server(broker, rabbitMq));
    }

    private static (IResourceBuilder<ExecutableResource> Server, EndpointReference Endpoint) AddLocalServer(
        this IDistributedApplicationBuilder builder, string name, IResourceBuilder<ParameterResource> password)
    {
        var root = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, ".."));
        var server = builder.AddExecutable(name, "sh", root, "eng/local-server.sh", name, Path.Combine(root, "data", "apphost", name))
            .WithEndpoint(scheme: "tcp", name: "tcp")
            .WithEnvironment("SERVER_PASSWORD", password);
        var endpoint = server.GetEndpoint("tcp");

        // The server listens on the target port; the public one is the proxy's.
        server.WithArgs(context => context.Args.Add(endpoint.Property(EndpointProperty.TargetPort)));
        builder.Services.AddHealthChecks().AddAsyncCheck(name, async cancellationToken =>
        {
            if (!endpoint.IsAllocated) return HealthCheckResult.Unhealthy("Not started yet.");
            try
            {
                using var client = new TcpClient();
                await client.ConnectAsync(endpoint.Host, endpoint.Port, cancellationToken);
                return HealthCheckResult.Healthy();
            }
            catch (SocketException e)
            {
                return HealthCheckResult.Unhealthy("It does not answer yet.", e);
            }
        });
        return (server.WithHealthCheck(name), endpoint);
    }
}

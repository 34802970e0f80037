using Microsoft.Extensions.DependencyInjection;
using PerfPlatform.Contracts;

namespace PerfPlatform.AppHost.Servers;

/// <summary>PostgreSQL with TimescaleDB, Redis and RabbitMQ, as containers or as the servers of this machine: the same names, users and databases.</summary>
internal static class ServersExtensions
{
    /// <summary>Owns the database, and is the user at the broker.</summary>
    private const string User = "perfplatform";

    public static PlatformServers AddServers(this IDistributedApplicationBuilder builder)
    {
        var password = builder.AddParameter("server-password", new GenerateParameterDefault { MinLength = 22, Special = false }, secret: true, persist: true)
            .WithDescription("Password of the user `perfplatform` at PostgreSQL and RabbitMQ, and of Redis.", enableMarkdown: true);
        return InfrastructureChoice.Of(builder) == Infrastructure.Containers ? builder.AddContainers(password) : builder.AddLocalServers(password);
    }

    private static PlatformServers AddContainers(this IDistributedApplicationBuilder builder, IResourceBuilder<ParameterResource> password)
    {
        var user = builder.AddParameter("server-user", User).WithDescription("Owner of the database, and user at the broker.");
        // The volume's path follows the tag's leading number: the image comes before the volume.
        var metrics = builder.AddPostgres("postgres", user, password)
            .WithImage("timescale/timescaledb", "2.22.1-pg17")
            // Five services with a pool each: the image's 100 are few.
            .WithArgs("-c", "max_connections=200")
            .WithDataVolume("perfplatform-metrics")
            .WithLifetime(ContainerLifetime.Persistent)
            .WithIconName("Database")
            .AddDatabase(ResourceNames.Metrics, "perfplatform");
        var redis = builder.AddRedis(ResourceNames.Redis, password: password)
            .WithDataVolume("perfplatform-redis")
            .WithPersistence()
            .WithLifetime(ContainerLifetime.Persistent)
            .WithIconName("Memory");
        var rabbitMq = builder.AddRabbitMQ(ResourceNames.RabbitMq, user, password)
            .WithManagementPlugin()
            .WithDataVolume("perfplatform-rabbitmq")
            .WithLifetime(ContainerLifetime.Persistent)
            .WithIconName("MailInbox");
        return new PlatformServers(metrics, redis, rabbitMq);
    }

    private static PlatformServers AddLocalServers(this IDistributedApplicationBuilder builder, IResourceBuilder<ParameterResource> password)
    {
        var metrics = builder.AddLocalServer(ResourceNames.Metrics, "postgres", password, at => ReferenceExpression.Create(
            $"Host={at.Property(EndpointProperty.Host)};Port={at.Property(EndpointProperty.Port)};Username={User};Password={password};Database=perfplatform"))
            .WithIconName("Database")
            .WithAnswerCheck((checks, name, connection) => checks.AddNpgSql(_ => connection(), name: name));
        var redis = builder.AddLocalServer(ResourceNames.Redis, "redis-server", password, at => ReferenceExpression.Create(
            $"{at.Property(EndpointProperty.HostAndPort)},password={password}"))
            .WithIconName("Memory")
            .WithAnswerCheck((checks, name, connection) => checks.AddRedis(_ => connection(), name: name));
        var rabbitMq = builder.AddLocalServer(ResourceNames.RabbitMq, "rabbitmq-server", password, at => ReferenceExpression.Create(
            $"amqp://{User}:{password}@{at.Property(EndpointProperty.HostAndPort)}"))
            .WithIconName("MailInbox")
            .WithBrokerPorts()
            .WithAnswerCheck((checks, name, connection) => checks.AddRabbitMqAnswer(name, connection));
        return new PlatformServers(metrics, redis, rabbitMq);
    }
}

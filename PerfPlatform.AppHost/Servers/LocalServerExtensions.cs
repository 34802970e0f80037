using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace PerfPlatform.AppHost.Servers;

/// <summary>The machine's own servers as resources of the app model.</summary>
internal static class LocalServerExtensions
{
    /// <summary>Adds a server that keeps its data in a folder of its own below the <see cref="DataFolder" />, or below the clone's data folder.</summary>
    public static IResourceBuilder<LocalServer> AddLocalServer(
        this IDistributedApplicationBuilder builder, string name, string program, IResourceBuilder<ParameterResource> password, Func<EndpointReference, ReferenceExpression> connection)
    {
        var root = Path.GetFullPath(Path.Combine(builder.AppHostDirectory, ".."));
        var server = new LocalServer(name, root, connection);
        var resource = builder.AddResource(server)
            .WithEndpoint(scheme: "tcp", name: LocalServer.EndpointName)
            .WithEnvironment("SERVER_PASSWORD", password)
            .WithArgs(context =>
            {
                context.Args.Add("eng/local-server.sh");
                context.Args.Add(program);
                // The server listens on the target port; the public one is the proxy's.
                context.Args.Add(server.Endpoint.Property(EndpointProperty.TargetPort));
            });
        return DataFolder.Of(builder) is { } data ? resource.WithEnvironment(DataFolder.Variable, data) : resource;
    }

    /// <summary>RabbitMQ opens three more ports: neighbours of its own would be another resource's.</summary>
    public static IResourceBuilder<LocalServer> WithBrokerPorts(this IResourceBuilder<LocalServer> broker)
    {
        foreach (var (name, variable) in new[] { ("distribution", "RABBITMQ_DIST_PORT"), ("epmd", "ERL_EPMD_PORT"), ("management", "RABBITMQ_MANAGEMENT_PORT") })
        {
            broker.WithEndpoint(scheme: name == "management" ? "http" : "tcp", name: name);
            // Only the management pages are for people.
            if (name != "management") broker.WithUrlForEndpoint(name, url => url.DisplayLocation = UrlDisplayLocation.DetailsOnly);
            var endpoint = broker.GetEndpoint(name);
            broker.WithEnvironment(context => context.EnvironmentVariables[variable] = endpoint.Property(EndpointProperty.TargetPort));
        }

        return broker.WithUrlForEndpoint("management", url => url.DisplayText = "Management");
    }

    /// <summary>Healthy when the server itself answers: a connection to the proxy's port always succeeds.</summary>
    public static IResourceBuilder<LocalServer> WithAnswerCheck(
        this IResourceBuilder<LocalServer> server, Action<IHealthChecksBuilder, string, Func<string>> add)
    {
        string? connection = null;
        server.OnConnectionStringAvailable(async (resource, _, cancellationToken) => connection = await resource.ConnectionStringExpression.GetValueAsync(cancellationToken));
        var check = $"{server.Resource.Name}_answers";
        add(server.ApplicationBuilder.Services.AddHealthChecks(), check, () => connection ?? throw new InvalidOperationException("It has no address yet."));
        return server.WithHealthCheck(check);
    }

    /// <summary>One connection, kept: the broker logs every one that comes and goes.</summary>
    public static IHealthChecksBuilder AddRabbitMqAnswer(this IHealthChecksBuilder checks, string name, Func<string> connection)
    {
        IConnection? open = null;
        return checks.AddRabbitMQ(
            async _ => open is { IsOpen: true } ? open : open = await new ConnectionFactory { Uri = new Uri(connection()), ClientProvidedName = "AppHost" }.CreateConnectionAsync(),
            name: name);
    }
}

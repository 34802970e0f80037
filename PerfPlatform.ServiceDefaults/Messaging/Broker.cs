using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using PerfPlatform.Contracts;
using RabbitMQ.Client;

namespace PerfPlatform.ServiceDefaults;

/// <summary>Connections of our own to the broker, for what MassTransit has no word for: its alarms, and a look into a queue. They end with their first trouble; whoever needs one makes a new one.</summary>
public sealed class Broker(IConfiguration configuration, IHostEnvironment environment)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(3);

    /// <summary>Whether there is one; else messages stay in the process.</summary>
    public bool IsNamed => !string.IsNullOrEmpty(Address);

    private string? Address => configuration.GetConnectionString(ResourceNames.RabbitMq);

    /// <summary>Makes a connection.</summary>
    /// <param name="purpose">What the broker's operator reads of it.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    /// <exception cref="RabbitMQ.Client.Exceptions.BrokerUnreachableException">The broker does not answer.</exception>
    public Task<IConnection> ConnectAsync(string purpose, CancellationToken cancellationToken) => new ConnectionFactory
    {
        Uri = Amqp(Address ?? throw new InvalidOperationException("There is no broker.")),
        ClientProvidedName = $"{environment.ApplicationName} {purpose}",
        AutomaticRecoveryEnabled = false,
        RequestedHeartbeat = BrokerOptions.TakeOverHeartbeat,
        RequestedConnectionTimeout = s_patience,
        ContinuationTimeout = s_patience,
        HandshakeContinuationTimeout = s_patience,
    }.CreateConnectionAsync(cancellationToken);

    // MassTransit takes its own scheme too.
    internal static Uri Amqp(string address) => new(address.StartsWith("rabbitmq", StringComparison.OrdinalIgnoreCase) ? "amqp" + address["rabbitmq".Length..] : address);
}

using MassTransit;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using RabbitMQ.Client;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// The one queue of an installation for messages that could not be handled. It is bounded: what does not fit stays in the queue that it came from.
/// The declaration is valid on RabbitMQ 3.10 and 4.x.
/// </summary>
public static class DeadLetterQueue
{
    /// <summary>Its name.</summary>
    public const string Name = "perfplatform.dead-letters";

    /// <summary>The setting that bounds it, in bytes; the same for every service of an installation. One that is there keeps its bound.</summary>
    public const string MaxBytesSetting = "Messaging:DeadLettersMaxBytes";

    private const long DefaultMaxBytes = 64L << 20;

    /// <summary>Lets what an endpoint cannot handle go there. Those of registered consumers are told so by themselves; one that is connected later says it.</summary>
    public static void KeepDeadLetters(this IReceiveEndpointConfigurator endpoint, IServiceProvider services)
    {
        ArgumentNullException.ThrowIfNull(endpoint);
        var filter = new DeadLetterFilter(services.GetRequiredService<DeadLetterKeeper>());
        endpoint.ConfigureError(error => error.UseFilter((IFilter<ExceptionReceiveContext>)filter));
        endpoint.ConfigureDeadLetter(skipped => skipped.UseFilter((IFilter<ReceiveContext>)filter));
    }

    /// <summary>Makes the queue where there is none.</summary>
    /// <exception cref="RabbitMQ.Client.Exceptions.OperationInterruptedException">It is there with other arguments; the channel is closed.</exception>
    public static Task DeclareAsync(IChannel channel, IConfiguration configuration, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(channel);
        return channel.QueueDeclareAsync(Name, durable: true, exclusive: false, autoDelete: false, Arguments(configuration), cancellationToken: cancellationToken);
    }

    // A look at it takes every message out and gives it back, which counts as a delivery.
    private static Dictionary<string, object?> Arguments(IConfiguration configuration) => new()
    {
        ["x-queue-type"] = "quorum",
        ["x-max-length-bytes"] = configuration.GetValue(MaxBytesSetting, DefaultMaxBytes),
        ["x-overflow"] = "reject-publish",
        ["x-delivery-limit"] = SampleQueues.DeliveryLimit,
    };
}

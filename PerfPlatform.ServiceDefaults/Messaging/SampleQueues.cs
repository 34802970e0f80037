using MassTransit;
using Microsoft.Extensions.Configuration;
using PerfPlatform.Contracts.Messages;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// The broker's side of <see cref="SamplesIngested"/>: a topic exchange with the partition as routing key, and one durable queue of Analysis
/// for each partition. Intake declares and binds the queues, so that a confirm means durable even when Analysis has never started.
/// The declarations are valid on RabbitMQ 3.10 and 4.x.
/// </summary>
public static class SampleQueues
{
    /// <summary>The exchange that intake publishes to.</summary>
    public const string Exchange = "perfplatform.samples";

    /// <summary>The setting that says how many partitions there are; the same for every service of an installation.</summary>
    public const string PartitionsSetting = "Messaging:Partitions";

    /// <summary>The setting that bounds each queue, in bytes.</summary>
    public const string MaxBytesSetting = "Messaging:QueueMaxBytes";

    private const int DefaultPartitions = 16;
    private const long DefaultMaxBytes = 256L << 20;

    // Quorum queues of RabbitMQ 4 drop after 20 deliveries unless told otherwise; -1 is not valid on 3.10.
    internal const int DeliveryLimit = 1_000_000_000;

    /// <summary>The queue of Analysis for a partition.</summary>
    public static string Queue(int partition) => $"perfplatform.samples.{partition}";

    /// <summary>The routing key of a partition.</summary>
    public static string RoutingKey(int partition) => partition.ToString();

    /// <summary>How many partitions the installation has.</summary>
    /// <exception cref="InvalidOperationException">The setting is out of its range.</exception>
    public static int Partitions(IConfiguration configuration)
    {
        var partitions = configuration.GetValue(PartitionsSetting, DefaultPartitions);
        return partitions is >= 1 and <= 256 ? partitions : throw new InvalidOperationException($"{PartitionsSetting} must be 1 to 256, and the same for every service.");
    }

    /// <summary>Arguments of the queue of Analysis: replicated, bounded by bytes with reject-publish, one active consumer at a time.</summary>
    public static IReadOnlyDictionary<string, object> QueueArguments(IConfiguration configuration) => new Dictionary<string, object>
    {
        ["x-queue-type"] = "quorum",
        ["x-max-length-bytes"] = configuration.GetValue(MaxBytesSetting, DefaultMaxBytes),
        ["x-overflow"] = "reject-publish",
        ["x-delivery-limit"] = DeliveryLimit,
        ["x-single-active-consumer"] = true,
    };

    /// <summary>Lets a bus read and write <see cref="SamplesIngested"/> in its own bytes; JSON is read too.</summary>
    internal static void ConfigureMessages(IRabbitMqBusFactoryConfigurator bus)
    {
        var serializer = new SampleMessageSerializer();
        bus.AddSerializer(serializer, isSerializer: false);
        bus.AddDeserializer(serializer);
        bus.Send<SamplesIngested>(send => send.UseSerializer(serializer.ContentType));
    }

    internal static void ConfigurePublish(IRabbitMqBusFactoryConfigurator bus, IConfiguration configuration)
    {
        ConfigureMessages(bus);
        bus.Message<SamplesIngested>(message => message.SetEntityName(Exchange));
        bus.Publish<SamplesIngested>(publish =>
        {
            publish.ExchangeType = "topic";
            publish.Durable = true;
            for (var partition = 0; partition < Partitions(configuration); partition++)
            {
                var key = RoutingKey(partition);
                publish.BindQueue(Exchange, Queue(partition), queue =>
                {
                    queue.ExchangeType = "topic";
                    queue.RoutingKey = key;
                    foreach (var (name, value) in QueueArguments(configuration)) queue.SetQueueArgument(name, value);
                });
            }
        });
    }
}

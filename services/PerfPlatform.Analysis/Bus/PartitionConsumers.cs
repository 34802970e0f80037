using System.Collections.Concurrent;
using MassTransit;
using PerfPlatform.Analysis.Store.Partitions;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Bus;

/// <summary>
/// Takes the samples of a partition from its queue while this process has the partition's lease: who may write consumes, and nobody else. The queue is durable and
/// declared exactly as intake declares it. One that stands still keeps its consumer until the broker misses its heartbeats; the next one waits for that.
/// </summary>
internal sealed class PartitionConsumers(IServiceProvider services, IConfiguration configuration) : IPartitionFeed
{
    // Messages that may wait for one group commit; a message holds at most 256 kB.
    private const ushort Prefetch = 32;

    private readonly ConcurrentDictionary<int, HostReceiveEndpointHandle> _queues = new(); // bounded by the partitions

    public void Open(int partition)
    {
        // Not in the constructor: the bus knows of services that know of this.
        if (!_queues.ContainsKey(partition)) _queues[partition] = services.GetRequiredService<IReceiveEndpointConnector>().ConnectReceiveEndpoint(SampleQueues.Queue(partition), Configure);
    }

    public async Task CloseAsync(int partition, CancellationToken cancellationToken)
    {
        if (_queues.TryRemove(partition, out var queue)) await queue.StopAsync(cancellationToken);
    }

    private void Configure(IBusRegistrationContext context, IReceiveEndpointConfigurator configurator)
    {
        var endpoint = (IRabbitMqReceiveEndpointConfigurator)configurator;
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = Prefetch;
        endpoint.ConcurrentMessageLimit = Prefetch;
        endpoint.KeepDeadLetters(context);
        foreach (var (name, value) in SampleQueues.QueueArguments(configuration)) endpoint.SetQueueArgument(name, value);
        endpoint.Consumer(() => ActivatorUtilities.CreateInstance<SamplesIngestedConsumer>(context));
    }
}

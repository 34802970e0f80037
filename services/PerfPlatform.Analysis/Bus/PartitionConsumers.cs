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

    // What is being committed when a queue is closed has this long; what is held until the store takes it then goes back. Where the stop itself were cut off the
    // bus would tell the broker nothing, and the message would be with this process for as long as that lives.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<int, (HostReceiveEndpointHandle Queue, CancellationTokenSource Closing)> _open = new(); // bounded by the partitions

    public void Open(int partition)
    {
        if (_open.ContainsKey(partition)) return;
        var closing = new CancellationTokenSource();
        var closed = closing.Token;
        // Not in the constructor: the bus knows of services that know of this.
        var connector = services.GetRequiredService<IReceiveEndpointConnector>();
        _open[partition] = (connector.ConnectReceiveEndpoint(SampleQueues.Queue(partition), (context, configurator) => Configure(context, configurator, closed)), closing);
    }

    public async Task CloseAsync(int partition, CancellationToken cancellationToken)
    {
        if (!_open.TryRemove(partition, out var open)) return;
        open.Closing.CancelAfter(Grace);
        await open.Queue.StopAsync(cancellationToken);
        open.Closing.Dispose();
    }

    private void Configure(IBusRegistrationContext context, IReceiveEndpointConfigurator configurator, CancellationToken closing)
    {
        var endpoint = (IRabbitMqReceiveEndpointConfigurator)configurator;
        endpoint.ConfigureConsumeTopology = false;
        endpoint.PrefetchCount = Prefetch;
        endpoint.ConcurrentMessageLimit = Prefetch;
        endpoint.KeepDeadLetters(context);
        foreach (var (name, value) in SampleQueues.QueueArguments(configuration)) endpoint.SetQueueArgument(name, value);
        endpoint.Consumer(() => ActivatorUtilities.CreateInstance<SamplesIngestedConsumer>(context, closing));
    }
}

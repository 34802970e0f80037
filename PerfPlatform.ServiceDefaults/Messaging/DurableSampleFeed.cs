using MassTransit;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// The samples of the bus for work that one of several processes does: a queue that outlives them, and a consumer where the work is. One that stands still keeps
/// its consumer until the broker misses its heartbeats; meanwhile the broker prefers that of the higher epoch.
/// </summary>
public sealed class DurableSampleFeed(string name, IServiceProvider services, Func<IReceiveEndpointConnector> bus)
{
    private HostReceiveEndpointHandle? _queue;

    /// <summary>Lets the samples come here. Called by one at a time, as <see cref="CloseAsync"/>.</summary>
    /// <param name="epoch">Of the lease that the work stands under.</param>
    public void Open(long epoch) => _queue ??= bus().ConnectReceiveEndpoint(SampleFeed.Queue(name), (_, configurator) =>
    {
        var endpoint = (IRabbitMqReceiveEndpointConfigurator)configurator;
        SampleFeed.Configure(endpoint, services, durable: true);
        endpoint.ConsumerPriority = (int)Math.Min(epoch, int.MaxValue);
    });

    /// <summary>Lets them come here no more.</summary>
    public async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (_queue is not { } queue) return;
        _queue = null;
        await queue.StopAsync(cancellationToken);
    }
}

using MassTransit;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// The samples of the bus for a process that wants them now and then. While nobody wants them there is no queue, so that every message is
/// one delivery less for the broker and nothing at all for the process.
/// </summary>
public sealed class LiveSampleFeed(string name, IReceiveEndpointConnector bus, IServiceProvider services) : IDisposable
{
    // While the broker is away nobody waits longer; the queue comes with the connection.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _turn = new(1, 1);
    private HostReceiveEndpointHandle? _queue;

    /// <summary>Makes the queue when samples are wanted and ends it when not. After the first, messages published from now on arrive.</summary>
    /// <param name="wanted">Asked when it is this caller's turn, so that one who stops wanting never closes what another just asked for.</param>
    /// <param name="cancellationToken">Ends the wait.</param>
    public async Task FollowAsync(Func<bool> wanted, CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken);
        try
        {
            if (!wanted()) await CloseAsync(cancellationToken);
            else if (_queue is null) await OpenAsync(cancellationToken);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc />
    public void Dispose() => _turn.Dispose();

    private async Task OpenAsync(CancellationToken cancellationToken)
    {
        _queue = bus.ConnectReceiveEndpoint(
            SampleFeed.Queue($"{name}.{NewId.NextGuid():N}"), (_, endpoint) => SampleFeed.Configure((IRabbitMqReceiveEndpointConfigurator)endpoint, services, durable: false));
        await Task.WhenAny(_queue.Ready, Task.Delay(Patience, cancellationToken));
        cancellationToken.ThrowIfCancellationRequested();
    }

    private async Task CloseAsync(CancellationToken cancellationToken)
    {
        if (_queue is not { } queue) return;
        _queue = null;
        await queue.StopAsync(cancellationToken);
    }
}

using System.Threading.Channels;

namespace PerfPlatform.Alerting.Webhooks.Deliveries;

/// <summary>Wakes the one who sends.</summary>
public sealed class DeliverySignal
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something is in the outbox.</summary>
    public void Set() => _signal.Writer.TryWrite(true);

    /// <summary>Waits for <see cref="Set"/>.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _signal.Reader.ReadAsync(cancellationToken);
}

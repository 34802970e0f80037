using System.Threading.Channels;

namespace PerfPlatform.Alerting.Webhooks;

/// <summary>Wakes those who plan notifications.</summary>
public sealed class NotificationSignal
{
    private readonly Channel<bool> _signal = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Something may have to be told.</summary>
    public void Set() => _signal.Writer.TryWrite(true);

    /// <summary>Waits for <see cref="Set"/>.</summary>
    public ValueTask<bool> WaitAsync(CancellationToken cancellationToken) => _signal.Reader.ReadAsync(cancellationToken);
}

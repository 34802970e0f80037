using System.Net.Sockets;
using PerfPlatform.Contracts.Health;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Analysis.Health.Probes;

/// <summary>Opens a connection and closes it; nothing is sent or read.</summary>
public sealed class TcpProbe(OutboundConnection connections, TimeProvider clock) : IProbe
{
    /// <inheritdoc />
    public ProbeKind Kind => ProbeKind.Tcp;

    /// <inheritdoc />
    public string? Validate(Probe probe) => probe switch
    {
        { Host: null or "" } => "A tcp probe needs 'host'.",
        { Port: null or < 1 or > 65535 } => "A tcp probe needs 'port', from 1 to 65535.",
        _ when Uri.CheckHostName(probe.Host) == UriHostNameType.Unknown => "'host' is not a host name or address.",
        _ => null,
    };

    /// <inheritdoc />
    public async Task<ProbeResult> CheckAsync(ComponentDefinition definition, Heartbeat heartbeat, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(definition.Timeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);
        var started = clock.GetTimestamp();
        try
        {
            using var socket = await connections.ConnectAsync(definition.Probe.Host!, definition.Probe.Port!.Value, either.Token);
            return ProbeResult.Answered(clock.GetElapsedTime(started), definition.Timeout);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return ProbeResult.Failed($"No connection within {definition.Timeout.TotalMilliseconds:0} ms.");
        }
        catch (SocketException e)
        {
            return ProbeResult.Failed($"No connection: {e.SocketErrorCode}.");
        }
    }
}

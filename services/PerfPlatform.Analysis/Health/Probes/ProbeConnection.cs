using System.Net;
using System.Net.Sockets;

namespace PerfPlatform.Analysis.Health.Probes;

/// <summary>
/// Opens the connections of http probes. Link-local addresses are refused after the name was resolved, so that no name leads to them: nothing to
/// watch lives there, while clouds offer their machines' credentials at 169.254.169.254.
/// </summary>
public static class ProbeConnection
{
    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, static address => !IsLinkLocal(address));
        if (allowed.Length == 0) throw new SocketException((int)(addresses.Length == 0 ? SocketError.HostNotFound : SocketError.AccessDenied));
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(allowed, context.DnsEndPoint.Port, cancellationToken);
            return new NetworkStream(socket, ownsSocket: true);
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether an address is for the own link only, also when it is written as IPv6.</summary>
    public static bool IsLinkLocal(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.IsIPv6LinkLocal) return true;
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var length) && length == 4 && bytes[0] == 169 && bytes[1] == 254;
    }
}

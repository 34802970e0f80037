using System.Net;
using System.Net.Sockets;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Opens connections to addresses that users name. Link-local addresses, and those at which clouds offer their machines' credentials (169.254.169.254 and
/// its like), are refused after the name was resolved, so that no name and no redirect leads to them: nothing to watch lives there.
/// </summary>
public static class OutboundConnection
{
    // Of AWS over IPv6 and of Alibaba Cloud; all others are link-local.
    private static readonly IPAddress[] Metadata = [IPAddress.Parse("fd00:ec2::254"), IPAddress.Parse("100.100.100.200")];

    /// <summary>For <see cref="SocketsHttpHandler.ConnectCallback"/>.</summary>
    public static async ValueTask<Stream> ConnectAsync(SocketsHttpConnectionContext context, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(context.DnsEndPoint.Host, cancellationToken);
        var allowed = Array.FindAll(addresses, static address => !IsRefused(address));
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

    /// <summary>Whether an address is for the own link only or of a cloud's metadata, also when it is written as IPv6.</summary>
    public static bool IsRefused(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.IsIPv6LinkLocal || Array.IndexOf(Metadata, address) >= 0) return true;
        Span<byte> bytes = stackalloc byte[16];
        return address.TryWriteBytes(bytes, out var length) && length == 4 && bytes[0] == 169 && bytes[1] == 254;
    }
}

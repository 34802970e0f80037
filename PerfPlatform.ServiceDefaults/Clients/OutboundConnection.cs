using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Options;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// The one way to an address that a user named: of webhooks, probes, report deliveries and scraping. The name is resolved, every address of it is checked, and
/// the connection is made to a checked address, so that no name, no way of writing an address and no redirect leads where it must not.
/// </summary>
public sealed class OutboundConnection(IOptions<OutboundOptions> options)
{
    private readonly IPNetwork[] _allowed = [.. options.Value.Allow.Select(network => IPNetwork.Parse(network))];

    /// <summary>A handler whose every connection, redirects too, is made here. It knows no proxy, which would resolve names itself, and keeps no cookies.</summary>
    public SocketsHttpHandler Handler() => new()
    {
        ConnectCallback = async (context, cancellationToken) => new NetworkStream(await ConnectAsync(context.DnsEndPoint.Host, context.DnsEndPoint.Port, cancellationToken), ownsSocket: true),
        AllowAutoRedirect = false,
        UseCookies = false,
        UseProxy = false,
        MaxResponseHeadersLength = 16, // kB
        PooledConnectionLifetime = TimeSpan.FromMinutes(2), // so that a name that changed is looked up again
    };

    /// <summary>Connects.</summary>
    /// <exception cref="SocketException">It is not there, or every address is refused; the message says which.</exception>
    public async Task<Socket> ConnectAsync(string host, int port, CancellationToken cancellationToken)
    {
        var addresses = await Dns.GetHostAddressesAsync(host, cancellationToken);
        if (addresses.Length == 0) throw new SocketException((int)SocketError.HostNotFound);
        var checkedOnes = Array.FindAll(addresses, address => !IsRefused(address));
        if (checkedOnes.Length == 0) throw new SocketException((int)SocketError.AccessDenied, $"Addresses such as that of '{host}' are not connected to: the setting {OutboundOptions.Section} says which are.");
        var socket = new Socket(SocketType.Stream, ProtocolType.Tcp) { NoDelay = true };
        try
        {
            await socket.ConnectAsync(checkedOnes, port, cancellationToken);
            return socket;
        }
        catch
        {
            socket.Dispose();
            throw;
        }
    }

    /// <summary>Whether an address is not connected to.</summary>
    public bool IsRefused(IPAddress address)
    {
        ArgumentNullException.ThrowIfNull(address);
        if (OutboundAddress.IsIn(address, _allowed)) return false;
        return OutboundAddress.IsRefused(address) || (!options.Value.AllowPrivate && OutboundAddress.IsPrivate(address));
    }
}

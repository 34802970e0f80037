using System.Net;
using System.Net.NetworkInformation;
using System.Net.Sockets;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.Configuration;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// Where the other replicas of this service reach this one: the setting <c>Peers:Address</c>, else the HTTP address it listens on; where that is every address of
/// the machine, the machine's own (in a container: the container's).
/// </summary>
public sealed class PeerAddress(IServer server, IConfiguration configuration)
{
    /// <summary>The setting.</summary>
    public const string Setting = "Peers:Address";

    /// <summary>The address, empty until the process listens.</summary>
    public string Read() => configuration[Setting] ?? Of(server.Features.Get<IServerAddressesFeature>()?.Addresses ?? []);

    internal static string Of(IEnumerable<string> addresses)
    {
        var http = addresses.Where(a => a.StartsWith("http://", StringComparison.OrdinalIgnoreCase)).FirstOrDefault(a => !a.EndsWith(":0", StringComparison.Ordinal));
        if (http is null) return "";
        var port = http[(http.LastIndexOf(':') + 1)..].TrimEnd('/');
        var host = http["http://".Length..http.LastIndexOf(':')];
        return host is "*" or "+" or "[::]" or "0.0.0.0" ? $"http://{Machine()}:{port}" : http.TrimEnd('/');
    }

    private static string Machine()
    {
        var addresses = NetworkInterface.GetAllNetworkInterfaces()
            .Where(n => n.OperationalStatus == OperationalStatus.Up && n.NetworkInterfaceType != NetworkInterfaceType.Loopback)
            .SelectMany(n => n.GetIPProperties().UnicastAddresses.Select(a => a.Address))
            .Where(a => !a.IsIPv6LinkLocal && !IPAddress.IsLoopback(a))
            .OrderBy(a => a.AddressFamily == AddressFamily.InterNetwork ? 0 : 1)
            .ToList();
        return addresses.FirstOrDefault() is not { } address ? "localhost" : address.AddressFamily == AddressFamily.InterNetworkV6 ? $"[{address}]" : address.ToString();
    }
}

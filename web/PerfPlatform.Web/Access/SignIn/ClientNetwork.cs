using System.Net;
using System.Net.Sockets;

namespace PerfPlatform.Web.Access.SignIn;

/// <summary>What counts as one address: of IPv6 the network of a household, in which anybody has as many addresses as they like.</summary>
public static class ClientNetwork
{
    /// <summary>The address, or the first 64 bits of it.</summary>
    public static string Of(IPAddress? address)
    {
        if (address is null) return "unknown";
        if (address.IsIPv4MappedToIPv6) address = address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address.ToString();
        var bytes = address.GetAddressBytes();
        bytes.AsSpan(8).Clear();
        return new IPAddress(bytes) + "/64";
    }
}

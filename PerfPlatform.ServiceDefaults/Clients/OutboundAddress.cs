using System.Net;

namespace PerfPlatform.ServiceDefaults;

/// <summary>What kind of place an address is. Pure.</summary>
internal static class OutboundAddress
{
    // Link-local, multicast, and where clouds offer their machines' credentials: of AWS over IPv6, Google over IPv6, Azure, Alibaba and Oracle; the others are link-local.
    private static readonly IPNetwork[] s_refused = Networks(
        "169.254.0.0/16", "fe80::/10", "224.0.0.0/4", "ff00::/8", "255.255.255.255/32", "fd00:ec2::/32", "fd20:ce::/32", "168.63.129.16/32", "100.100.100.200/32", "192.0.0.192/32");

    // RFC 1918, RFC 6598, loopback and "this host", unique and site local.
    private static readonly IPNetwork[] s_private = Networks(
        "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "127.0.0.0/8", "0.0.0.0/8", "198.18.0.0/15", "::/128", "::1/128", "fc00::/7", "fec0::/10");

    private static readonly IPNetwork s_sixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork s_teredo = IPNetwork.Parse("2001::/32");

    // The IPv4 address is the last four bytes: IPv4-compatible, NAT64 well known and local.
    private static readonly IPNetwork[] s_ending = Networks("::/96", "64:ff9b::/96", "64:ff9b:1::/48");

    /// <summary>For the own link only, or a cloud's metadata: nothing to watch or to tell lives there.</summary>
    public static bool IsRefused(IPAddress address) => IsIn(address, s_refused);

    /// <summary>Of a private network, or of this machine.</summary>
    public static bool IsPrivate(IPAddress address) => IsIn(address, s_private);

    /// <summary>Whether an address, or the IPv4 address that it carries, is in one of the networks.</summary>
    public static bool IsIn(IPAddress address, IReadOnlyList<IPNetwork> networks)
    {
        var plain = address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : WithoutScope(address);
        return networks.Any(n => n.Contains(plain)) || (Carried(plain) is { } carried && networks.Any(n => n.Contains(carried)));
    }

    private static IPAddress? Carried(IPAddress address)
    {
        if (address.GetAddressBytes() is not { Length: 16 } bytes || address.Equals(IPAddress.IPv6Any) || address.Equals(IPAddress.IPv6Loopback)) return null;
        if (s_sixToFour.Contains(address)) return new IPAddress(bytes.AsSpan(2, 4));
        if (s_teredo.Contains(address)) return new IPAddress(bytes.AsSpan(12).ToArray().Select(b => (byte)~b).ToArray());
        return s_ending.Any(n => n.Contains(address)) ? new IPAddress(bytes.AsSpan(12)) : null;
    }

    private static IPAddress WithoutScope(IPAddress address) => address.GetAddressBytes() is { Length: 16 } bytes ? new IPAddress(bytes) : address;

    private static IPNetwork[] Networks(params string[] networks) => Array.ConvertAll(networks, IPNetwork.Parse);
}

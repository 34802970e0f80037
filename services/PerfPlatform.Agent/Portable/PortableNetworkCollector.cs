using System.Net.NetworkInformation;
using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Portable;

/// <summary>Network traffic where there is no /proc, from the system's interface table.</summary>
internal sealed class PortableNetworkCollector : ICollector
{
    // As on Linux; see NamedSeries.
    private const int MaxInterfaces = 256;
    private static readonly MetricHead Io = MetricHead.Counter("system.network.io", "By");
    private static readonly MetricHead Errors = MetricHead.Counter("system.network.errors", "{error}");
    // Cleared when full.
    private readonly Dictionary<string, (PointAttributes Receive, PointAttributes Transmit)> _attributes = [];

    public string Name => "network";

    public bool IsSupported => !OperatingSystem.IsLinux();

    public void Collect(MetricWriter writer)
    {
        var cards = NetworkInterface.GetAllNetworkInterfaces()
            .Where(card => card.NetworkInterfaceType is not NetworkInterfaceType.Loopback and not NetworkInterfaceType.Tunnel && card.OperationalStatus == OperationalStatus.Up)
            .Take(MaxInterfaces)
            .Select(card => (Attributes: Of(card.Name), Counters: card.GetIPStatistics()))
            .ToList();
        writer.Begin(Io);
        foreach (var (attributes, counters) in cards)
        {
            writer.Point(attributes.Receive, (ulong)counters.BytesReceived);
            writer.Point(attributes.Transmit, (ulong)counters.BytesSent);
        }

        writer.End();
        writer.Begin(Errors);
        foreach (var (attributes, counters) in cards)
        {
            writer.Point(attributes.Receive, (ulong)counters.IncomingPacketsWithErrors);
            writer.Point(attributes.Transmit, (ulong)counters.OutgoingPacketsWithErrors);
        }

        writer.End();
    }

    private (PointAttributes Receive, PointAttributes Transmit) Of(string name)
    {
        if (_attributes.TryGetValue(name, out var known))
            return known;
        if (_attributes.Count >= MaxInterfaces)
            _attributes.Clear();
        return _attributes[name] = (PointAttributes.Of(("network.interface.name", name), ("network.io.direction", "receive")),
            PointAttributes.Of(("network.interface.name", name), ("network.io.direction", "transmit")));
    }
}

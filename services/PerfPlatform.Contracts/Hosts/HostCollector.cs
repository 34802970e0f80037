namespace PerfPlatform.Contracts.Hosts;

/// <summary>A program that measures hosts, and what tells its hosts apart.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="HostLabels">The labels that name a host; the first that a series has counts.</param>
public sealed record HostCollector(string Name, params IReadOnlyList<string> HostLabels)
{
    /// <summary>Our agent.</summary>
    public static HostCollector Agent { get; } = new("PerfPlatform agent", "host.name") { Interval = TimeSpan.FromSeconds(1) };

    /// <summary>The OpenTelemetry Collector's hostmetrics, and others with its names. Its resource needs <c>host.name</c> (the processor resourcedetection).</summary>
    public static HostCollector OpenTelemetry { get; } = new("OpenTelemetry Collector", "host.name");

    /// <summary>Prometheus' node_exporter, scraped or by remote write: without a <c>host.name</c> the target is the host.</summary>
    public static HostCollector NodeExporter { get; } = new("node_exporter", "host.name", "instance");

    /// <summary>Telegraf by InfluxDB lines.</summary>
    public static HostCollector Telegraf { get; } = new("Telegraf", "host.name", "host");

    /// <summary>collectd's write_http.</summary>
    public static HostCollector Collectd { get; } = new("collectd", "host.name");

    /// <summary>How often it sends where nothing else is known; of the others that is the longest interval in wide use.</summary>
    public TimeSpan Interval { get; private init; } = TimeSpan.FromMinutes(1);

    /// <summary>All of them.</summary>
    public static IReadOnlyList<HostCollector> All { get; } = [Agent, OpenTelemetry, NodeExporter, Telegraf, Collectd];

    /// <summary>Every label that may name a host, the surest first.</summary>
    public static IReadOnlyList<string> Labels { get; } = [.. All.SelectMany(c => c.HostLabels).Distinct()];
}

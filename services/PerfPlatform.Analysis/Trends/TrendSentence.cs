using PerfPlatform.Analysis.Findings;
using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Trends;

/// <summary>Says where a series is going.</summary>
public static class TrendSentence
{
    // What people call the metrics of hosts; others go by their own name.
    private static readonly Dictionary<string, string> Names = new()
    {
        ["system.cpu.utilization"] = "CPU use",
        ["system.memory.utilization"] = "Memory use",
        ["system.memory.usage"] = "Memory",
        ["system.filesystem.utilization"] = "The filled part of the filesystem",
        ["system.filesystem.usage"] = "Filesystem use",
        ["system.disk.utilization"] = "Disk use",
        ["system.cpu.load_average.1m"] = "The load",
    };

    private static readonly string[] Parts = ["state", "system.memory.state", "system.filesystem.state", "cpu.mode", "cpu", "cpu.logical_number"];
    private static readonly string[] Devices = ["system.filesystem.mountpoint", "mountpoint", "system.device", "device", "network.interface.name", "component"];

    /// <summary>For example "Memory use of web-1 rises by 3.1 points of a per cent an hour (95 % sure: 2.8 to 3.4); now about 71 %."</summary>
    public static string Of(string subject, string unit, TrendEstimate trend)
    {
        var span = Quantity.Time(trend.Span);
        if (trend.Direction == TrendDirection.Flat) return $"{subject} shows no trend over {span}; it stays about {Quantity.Of(trend.End, unit)}.";
        var verb = trend.Direction == TrendDirection.Rising ? "rises" : "falls";
        var (low, high) = trend.SlopePerHour > 0 ? (trend.SlopeLow, trend.SlopeHigh) : (-trend.SlopeHigh, -trend.SlopeLow);
        return $"{subject} {verb} by {Rate(Math.Abs(trend.SlopePerHour), unit)} an hour (95 % sure: {Rate(low, unit)} to {Rate(high, unit)}), "
            + $"from {Quantity.Of(trend.Start, unit)} to {Quantity.Of(trend.End, unit)} in {span}.";
    }

    /// <summary>What a series is called: for example "Memory use of web-1".</summary>
    public static string Subject(string metric, LabelSet labels)
    {
        // A part of it, for example the free memory or one mode of the processor, is not what people mean by the name.
        var part = Parts.Select(p => labels[p]).FirstOrDefault(v => v is not (null or "" or "used"));
        var name = part is null ? Names.GetValueOrDefault(metric, metric) : $"{metric} ({part})";
        var device = Devices.Select(d => labels[d]).FirstOrDefault(v => v is not null);
        return Subject(name, device, labels["host.name"] ?? labels["service.name"]);
    }

    /// <summary>What a signal of a host is called.</summary>
    public static string Subject(HostSignal signal, string? device, string host) => Subject(
        signal switch
        {
            HostSignal.Memory => "Memory use",
            HostSignal.Filesystem => "The filled part of the filesystem",
            HostSignal.Swap => "Swap use",
            _ => signal.ToString(),
        },
        device, host);

    private static string Subject(string name, string? device, string? of) => name + (device is null ? "" : " " + device) + (of is null ? "" : " of " + of);

    private static string Rate(double slope, string unit) => unit == "1" ? Quantity.Number(slope * 100) + " points" : Quantity.Of(slope, unit);
}

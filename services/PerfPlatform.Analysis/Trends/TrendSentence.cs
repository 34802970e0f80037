using PerfPlatform.Analysis.Findings;
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

    /// <summary>For example "Memory use of web-1 rises by 3.1 points of a per cent an hour (95 % sure: 2.8 to 3.4); now about 71 %."</summary>
    public static string Of(string metric, LabelSet labels, string unit, TrendEstimate trend)
    {
        var subject = Subject(metric, labels);
        var span = Quantity.Time(trend.Span);
        if (trend.Direction == TrendDirection.Flat) return $"{subject} shows no trend over {span}; it stays about {Quantity.Of(trend.End, unit)}.";
        var verb = trend.Direction == TrendDirection.Rising ? "rises" : "falls";
        var (low, high) = trend.SlopePerHour > 0 ? (trend.SlopeLow, trend.SlopeHigh) : (-trend.SlopeHigh, -trend.SlopeLow);
        return $"{subject} {verb} by {Rate(Math.Abs(trend.SlopePerHour), unit)} an hour (95 % sure: {Rate(low, unit)} to {Rate(high, unit)}), "
            + $"from {Quantity.Of(trend.Start, unit)} to {Quantity.Of(trend.End, unit)} in {span}.";
    }

    private static string Rate(double slope, string unit) => unit == "1" ? Quantity.Number(slope * 100) + " points" : Quantity.Of(slope, unit);

    private static string Subject(string metric, LabelSet labels)
    {
        var name = Names.GetValueOrDefault(metric, metric);
        var device = labels["system.filesystem.mountpoint"] ?? labels["system.device"] ?? labels["network.interface.name"] ?? labels["component"];
        var of = labels["host.name"] ?? labels["service.name"];
        return name + (device is null ? "" : " " + device) + (of is null ? "" : " of " + of);
    }
}

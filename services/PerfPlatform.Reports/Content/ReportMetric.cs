using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Reports.Content;

/// <summary>One metric that a performance report shows of each host.</summary>
/// <param name="Title">What people call it.</param>
/// <param name="Metric">Its name.</param>
/// <param name="Match">Label filters of its series.</param>
/// <param name="Device">The label that names a device, or null.</param>
/// <param name="Function">For counters.</param>
/// <param name="Unit">The unit of what comes out.</param>
public sealed record ReportMetric(string Title, string Metric, IReadOnlyList<string> Match, string? Device, SeriesFunction? Function, string Unit)
{
    /// <summary>All of them, in the report's order.</summary>
    public static IReadOnlyList<ReportMetric> All { get; } =
    [
        new("CPU", "system.cpu.utilization", ["cpu.mode=", "cpu.logical_number="], null, null, "1"),
        new("Memory", "system.memory.utilization", ["system.memory.state~used|"], null, null, "1"),
        new("Disk busy", "system.disk.utilization", [], "system.device", null, "1"),
        new("Disk space", "system.filesystem.utilization", ["system.filesystem.state~used|"], "system.filesystem.mountpoint", null, "1"),
        new("Network received", "system.network.io", ["network.io.direction=receive"], null, SeriesFunction.Rate, "By/s"),
        new("Network sent", "system.network.io", ["network.io.direction=transmit"], null, SeriesFunction.Rate, "By/s"),
    ];
}

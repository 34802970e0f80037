using PerfPlatform.Contracts.Hosts;

namespace PerfPlatform.Reports.Content;

/// <summary>One signal that a performance report shows of each host.</summary>
/// <param name="Title">What people call it.</param>
/// <param name="Signal">What is measured.</param>
/// <param name="ByDevice">A section for each device.</param>
public sealed record ReportMetric(string Title, HostSignal Signal, bool ByDevice = false)
{
    /// <summary>All of them, in the report's order.</summary>
    public static IReadOnlyList<ReportMetric> All { get; } =
    [
        new("CPU", HostSignal.Cpu),
        new("Memory", HostSignal.Memory),
        new("Disk busy", HostSignal.DiskBusy, ByDevice: true),
        new("Disk space", HostSignal.Filesystem, ByDevice: true),
        new("Network received", HostSignal.Received),
        new("Network sent", HostSignal.Sent),
    ];
}

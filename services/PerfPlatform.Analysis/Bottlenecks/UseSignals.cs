using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Bottlenecks;

/// <summary>
/// Which metrics of a host answer the USE questions. Thresholds: a queueing resource's waiting time doubles at 50 % and is tenfold at 90 % utilisation (M/M/1),
/// so utilisation begins to count between; pressure stall values are parts of the time that work stood still for want of the resource.
/// </summary>
public static class UseSignals
{
    /// <summary>The label that names a host.</summary>
    public const string Host = "host.name";

    /// <summary>All signals. A metric that a host does not send counts as not pressing.</summary>
    public static IReadOnlyList<UseSignal> All { get; } =
    [
        new()
        {
            Resource = ResourceKind.Cpu, Aspect = UseAspect.Utilisation, Metric = "system.cpu.utilization", Match = ["cpu.mode=", "cpu.logical_number="],
            Phrase = "{0} busy", Unit = "1", Low = 0.70, High = 0.95, Weight = 0.7,
        },
        new()
        {
            Resource = ResourceKind.Cpu, Aspect = UseAspect.Saturation, Metric = "system.cpu.load_average.1m", Per = "system.cpu.logical.count",
            Phrase = "{0} tasks a core want to run", Unit = "", Low = 1, High = 2, Weight = 0.6,
        },
        new()
        {
            Resource = ResourceKind.Cpu, Aspect = UseAspect.Saturation, Metric = "system.pressure.cpu.avg10", Match = ["system.pressure.type=some"],
            Phrase = "work waits for the processor {0} of the time", Unit = "1", Low = 0.10, High = 0.50, Weight = 0.8,
        },
        new()
        {
            Resource = ResourceKind.Memory, Aspect = UseAspect.Utilisation, Metric = "system.memory.utilization", Match = ["system.memory.state~used|"],
            Phrase = "{0} used", Unit = "1", Low = 0.80, High = 0.97, Weight = 0.7,
        },
        new()
        {
            Resource = ResourceKind.Memory, Aspect = UseAspect.Saturation, Metric = "system.pressure.memory.avg10", Match = ["system.pressure.type=some"],
            Phrase = "work waits for memory {0} of the time", Unit = "1", Low = 0.02, High = 0.20, Weight = 0.9,
        },
        new()
        {
            Resource = ResourceKind.Memory, Aspect = UseAspect.Saturation, Metric = "system.paging.operations",
            Function = SeriesFunction.Rate, Phrase = "{0} pages swapped", Unit = "/s", Low = 50, High = 1000, Weight = 0.6,
        },
        new()
        {
            Resource = ResourceKind.Disk, Aspect = UseAspect.Utilisation, Metric = "system.disk.utilization", Device = "system.device",
            Phrase = "{0} busy", Unit = "1", Low = 0.70, High = 0.98, Weight = 0.7,
        },
        new()
        {
            Resource = ResourceKind.Disk, Aspect = UseAspect.Saturation, Metric = "system.pressure.io.avg10", Match = ["system.pressure.type=some"],
            Phrase = "work waits for input and output {0} of the time", Unit = "1", Low = 0.10, High = 0.50, Weight = 0.8,
        },
        new()
        {
            Resource = ResourceKind.Filesystem, Aspect = UseAspect.Utilisation, Metric = "system.filesystem.utilization", Match = ["system.filesystem.state~used|"],
            Device = "system.filesystem.mountpoint", Phrase = "{0} full", Unit = "1", Low = 0.85, High = 0.97, Weight = 1,
        },
        new()
        {
            Resource = ResourceKind.Network, Aspect = UseAspect.Errors, Metric = "system.network.errors", Function = SeriesFunction.Rate, Device = "network.interface.name",
            Phrase = "{0} errors", Unit = "/s", Low = 1, High = 50, Weight = 0.8,
        },
        new()
        {
            Resource = ResourceKind.Network, Aspect = UseAspect.Saturation, Metric = "system.network.dropped", Function = SeriesFunction.Rate, Device = "network.interface.name",
            Phrase = "{0} packets dropped", Unit = "/s", Low = 10, High = 500, Weight = 0.8,
        },
    ];
}

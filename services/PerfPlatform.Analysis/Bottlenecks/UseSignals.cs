using PerfPlatform.Contracts.Hosts;

namespace PerfPlatform.Analysis.Bottlenecks;

/// <summary>
/// Which signals of a host answer the USE questions. Thresholds: a queueing resource's waiting time doubles at 50 % and is tenfold at 90 % utilisation (M/M/1),
/// so utilisation begins to count between; pressure stall values are parts of the time that work stood still for want of the resource.
/// </summary>
public static class UseSignals
{
    /// <summary>All signals. A signal that a host does not send counts as not pressing.</summary>
    public static IReadOnlyList<UseSignal> All { get; } =
    [
        new()
        {
            Resource = ResourceKind.Cpu, Aspect = UseAspect.Utilisation, Signal = HostSignal.Cpu,
            Phrase = "{0} busy", Low = 0.70, High = 0.95, Weight = 0.7,
        },
        new()
        {
            Resource = ResourceKind.Cpu, Aspect = UseAspect.Saturation, Signal = HostSignal.LoadPerCore,
            Phrase = "{0} tasks a core want to run", Low = 1, High = 2, Weight = 0.6,
        },
        new()
        {
            Resource = ResourceKind.Cpu, Aspect = UseAspect.Saturation, Signal = HostSignal.CpuPressure,
            Phrase = "work waits for the processor {0} of the time", Low = 0.10, High = 0.50, Weight = 0.8,
        },
        new()
        {
            Resource = ResourceKind.Memory, Aspect = UseAspect.Utilisation, Signal = HostSignal.Memory,
            Phrase = "{0} used", Low = 0.80, High = 0.97, Weight = 0.7,
        },
        new()
        {
            Resource = ResourceKind.Memory, Aspect = UseAspect.Saturation, Signal = HostSignal.MemoryPressure,
            Phrase = "work waits for memory {0} of the time", Low = 0.02, High = 0.20, Weight = 0.9,
        },
        new()
        {
            Resource = ResourceKind.Memory, Aspect = UseAspect.Saturation, Signal = HostSignal.PagesSwapped,
            Phrase = "{0} pages swapped", Low = 50, High = 1000, Weight = 0.6,
        },
        new()
        {
            Resource = ResourceKind.Disk, Aspect = UseAspect.Utilisation, Signal = HostSignal.DiskBusy, ByDevice = true,
            Phrase = "{0} busy", Low = 0.70, High = 0.98, Weight = 0.7,
        },
        new()
        {
            Resource = ResourceKind.Disk, Aspect = UseAspect.Saturation, Signal = HostSignal.IoPressure,
            Phrase = "work waits for input and output {0} of the time", Low = 0.10, High = 0.50, Weight = 0.8,
        },
        new()
        {
            Resource = ResourceKind.Filesystem, Aspect = UseAspect.Utilisation, Signal = HostSignal.Filesystem,
            ByDevice = true, Phrase = "{0} full", Low = 0.85, High = 0.97, Weight = 1,
        },
        new()
        {
            Resource = ResourceKind.Network, Aspect = UseAspect.Errors, Signal = HostSignal.NetworkErrors, ByDevice = true,
            Phrase = "{0} errors", Low = 1, High = 50, Weight = 0.8,
        },
        new()
        {
            Resource = ResourceKind.Network, Aspect = UseAspect.Saturation, Signal = HostSignal.NetworkDropped, ByDevice = true,
            Phrase = "{0} packets dropped", Low = 10, High = 500, Weight = 0.8,
        },
    ];
}

using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Kernel;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Memory;

/// <summary>Pages swapped in and out, and page faults.</summary>
internal sealed class PagingCollector(DateTimeOffset boot, string root = "/proc") : ICollector, IDisposable
{
    private static readonly MetricHead Operations = MetricHead.Counter("system.paging.operations", "{operation}");
    private static readonly MetricHead Faults = MetricHead.Counter("system.paging.faults", "{fault}");
    private static readonly PointAttributes In = PointAttributes.Of("system.paging.direction", "in");
    private static readonly PointAttributes Out = PointAttributes.Of("system.paging.direction", "out");
    private static readonly PointAttributes Major = PointAttributes.Of("system.paging.fault.type", "major");
    private static readonly PointAttributes Minor = PointAttributes.Of("system.paging.fault.type", "minor");
    private readonly KernelFile _file = new(Path.Combine(root, "vmstat"));

    public string Name => "paging";

    public bool IsSupported => _file.Exists;

    public void Collect(MetricWriter writer)
    {
        if (!VmStat.TryParse(_file.Read(), out var stat))
            return;
        writer.Begin(Operations, boot);
        writer.Point(In, stat.SwappedIn);
        writer.Point(Out, stat.SwappedOut);
        writer.End();
        writer.Begin(Faults, boot);
        writer.Point(Major, stat.MajorFaults);
        writer.Point(Minor, stat.Faults - Math.Min(stat.Faults, stat.MajorFaults));
        writer.End();
    }

    public void Dispose() => _file.Dispose();
}

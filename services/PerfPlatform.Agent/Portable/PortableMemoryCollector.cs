using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Portable;

/// <summary>Memory where there is no /proc: what the runtime learns from the system at each garbage collection, which the agent has every few seconds.</summary>
internal sealed class PortableMemoryCollector : ICollector
{
    private static readonly MetricHead Usage = MetricHead.UpDown("system.memory.usage", "By");
    private static readonly MetricHead Limit = MetricHead.UpDown("system.memory.limit", "By");
    private static readonly MetricHead Utilization = MetricHead.Gauge("system.memory.utilization", "1");
    private static readonly PointAttributes Used = PointAttributes.Of("system.memory.state", "used");
    private static readonly PointAttributes Free = PointAttributes.Of("system.memory.state", "free");

    public string Name => "memory";

    public bool IsSupported => !OperatingSystem.IsLinux();

    public void Collect(MetricWriter writer)
    {
        var info = GC.GetGCMemoryInfo(GCKind.Any);
        var total = (ulong)info.TotalAvailableMemoryBytes;
        var used = Math.Min((ulong)info.MemoryLoadBytes, total);
        if (total == 0 || used == 0)
            return;
        writer.Begin(Usage);
        writer.Point(Used, used);
        writer.Point(Free, total - used);
        writer.End();
        writer.Single(Limit, total);
        writer.Single(Utilization, (double)used / total);
    }
}

using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Kernel;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Memory;

/// <summary>Memory and swap space. system.memory.utilization is the share that new work cannot have: one minus available by total.</summary>
internal sealed class MemoryCollector(string root = "/proc") : ICollector, IDisposable
{
    private static readonly MetricHead Usage = MetricHead.UpDown("system.memory.usage", "By");
    private static readonly MetricHead Limit = MetricHead.UpDown("system.memory.limit", "By");
    private static readonly MetricHead Available = MetricHead.UpDown("system.linux.memory.available", "By");
    private static readonly MetricHead Utilization = MetricHead.Gauge("system.memory.utilization", "1");
    private static readonly MetricHead SwapUsage = MetricHead.UpDown("system.paging.usage", "By");
    private static readonly MetricHead SwapUtilization = MetricHead.Gauge("system.paging.utilization", "1");
    private static readonly PointAttributes StateUsed = PointAttributes.Of("system.memory.state", "used");
    private static readonly PointAttributes StateFree = PointAttributes.Of("system.memory.state", "free");
    private static readonly PointAttributes StateCached = PointAttributes.Of("system.memory.state", "cached");
    private static readonly PointAttributes StateBuffers = PointAttributes.Of("system.memory.state", "buffers");
    private static readonly PointAttributes SwapUsed = PointAttributes.Of("system.paging.state", "used");
    private static readonly PointAttributes SwapFree = PointAttributes.Of("system.paging.state", "free");
    private readonly KernelFile _file = new(Path.Combine(root, "meminfo"));

    public string Name => "memory";

    public bool IsSupported => _file.Exists;

    public void Collect(MetricWriter writer)
    {
        if (!MemInfo.TryParse(_file.Read(), out var memory))
            throw new InvalidDataException($"{_file.Path} has no line 'MemTotal:'.");
        writer.Begin(Usage);
        writer.Point(StateUsed, memory.Used);
        writer.Point(StateFree, memory.Free);
        writer.Point(StateCached, memory.Cache);
        writer.Point(StateBuffers, memory.Buffers);
        writer.End();
        writer.Single(Limit, memory.Total);
        writer.Single(Available, memory.Available);
        writer.Single(Utilization, 1 - Math.Min(1, (double)memory.Available / memory.Total));
        if (memory.SwapTotal == 0)
            return;
        var used = memory.SwapTotal - Math.Min(memory.SwapTotal, memory.SwapFree);
        writer.Begin(SwapUsage);
        writer.Point(SwapUsed, used);
        writer.Point(SwapFree, memory.SwapFree);
        writer.End();
        writer.Single(SwapUtilization, (double)used / memory.SwapTotal);
    }

    public void Dispose() => _file.Dispose();
}

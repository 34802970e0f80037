using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Containers;

/// <summary>Limits and use of the agent's control group. Told only where one of them is limited: elsewhere they say what the machine's metrics say.</summary>
internal sealed class ContainerCollector(TimeProvider clock, Cgroup group) : ICollector, IDisposable
{
    private static readonly MetricHead CpuTime = MetricHead.Counter("container.cpu.time", "s");
    private static readonly MetricHead CpuThrottled = MetricHead.Counter("container.cpu.throttled_time", "s");
    private static readonly MetricHead CpuLimit = MetricHead.Gauge("container.cpu.limit", "{cpu}");
    private static readonly MetricHead CpuUtilization = MetricHead.Gauge("container.cpu.utilization", "1");
    private static readonly MetricHead MemoryUsage = MetricHead.UpDown("container.memory.usage", "By");
    private static readonly MetricHead MemoryLimit = MetricHead.UpDown("container.memory.limit", "By");
    private static readonly MetricHead MemoryUtilization = MetricHead.Gauge("container.memory.utilization", "1");
    private double? _secondsBefore;
    private long _readAt;

    public string Name => "container";

    public bool IsSupported => OperatingSystem.IsLinux() && (group.CpuLimit is not null || group.MemoryLimit is not null);

    public void Collect(MetricWriter writer)
    {
        WriteCpu(writer);
        if (group.MemoryWorkingSet is not { } used)
            return;
        writer.Single(MemoryUsage, used);
        if (group.MemoryLimit is not { } limit || limit == 0)
            return;
        writer.Single(MemoryLimit, limit);
        writer.Single(MemoryUtilization, Math.Min(1, (double)used / limit));
    }

    public void Dispose() => group.Dispose();

    private void WriteCpu(MetricWriter writer)
    {
        var now = clock.GetTimestamp();
        if (group.CpuSeconds is not { } seconds)
            return;
        var elapsed = clock.GetElapsedTime(_readAt, now).TotalSeconds;
        writer.Single(CpuTime, seconds);
        if (group.ThrottledSeconds is { } throttled)
            writer.Single(CpuThrottled, throttled);
        if (group.CpuLimit is { } limit)
        {
            writer.Single(CpuLimit, limit);
            if (_secondsBefore is { } before && seconds >= before && elapsed > 0)
                writer.Single(CpuUtilization, (seconds - before) / elapsed / limit);
        }

        (_secondsBefore, _readAt) = (seconds, now);
    }
}

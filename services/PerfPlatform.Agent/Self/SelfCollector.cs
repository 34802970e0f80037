using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Self;

/// <summary>The agent's own work, memory and processor time.</summary>
internal sealed class SelfCollector(AgentCounters counters, Func<long> bufferedBytes, TimeProvider clock) : ICollector
{
    private static readonly MetricHead Delivered = MetricHead.Counter("perfplatform.agent.points.delivered", "{point}");
    private static readonly MetricHead Dropped = MetricHead.Counter("perfplatform.agent.points.dropped", "{point}");
    private static readonly MetricHead Rejected = MetricHead.Counter("perfplatform.agent.points.rejected", "{point}");
    private static readonly MetricHead Skipped = MetricHead.Counter("perfplatform.agent.ticks.skipped", "{tick}");
    private static readonly MetricHead Errors = MetricHead.Counter("perfplatform.agent.collector.errors", "{error}");
    private static readonly MetricHead SendFailures = MetricHead.Counter("perfplatform.agent.send.failures", "{request}");
    private static readonly MetricHead Requests = MetricHead.Counter("perfplatform.agent.send.requests", "{request}");
    private static readonly MetricHead SendTime = MetricHead.Counter("perfplatform.agent.send.time", "s");
    private static readonly MetricHead CollectorDuration = MetricHead.Gauge("perfplatform.agent.collector.duration", "s");
    private static readonly MetricHead Buffered = MetricHead.UpDown("perfplatform.agent.buffer.usage", "By");
    private static readonly MetricHead CpuUtilization = MetricHead.Gauge("perfplatform.agent.cpu.utilization", "1");
    private static readonly MetricHead Memory = MetricHead.UpDown("perfplatform.agent.memory.usage", "By");
    private readonly DateTimeOffset _start = clock.GetUtcNow();

    // Bounded by the number of collectors.
    private readonly Dictionary<string, PointAttributes> _collectors = [];
    private TimeSpan _cpuBefore;
    private long _readAt;

    public string Name => "self";

    public bool IsSupported => true;

    public void Collect(MetricWriter writer)
    {
        writer.Single(Delivered, (ulong)counters.PointsDelivered, _start);
        writer.Single(Dropped, (ulong)counters.PointsDropped, _start);
        writer.Single(Rejected, (ulong)counters.PointsRejected, _start);
        writer.Single(Skipped, (ulong)counters.TicksSkipped, _start);
        writer.Single(Errors, (ulong)counters.CollectorErrors, _start);
        writer.Single(SendFailures, (ulong)counters.SendFailures, _start);
        writer.Single(Requests, (ulong)counters.Requests, _start);
        writer.Single(SendTime, counters.SendTime.TotalSeconds, _start);
        writer.Begin(CollectorDuration);
        foreach (var (name, time) in counters.CollectorTimes)
        {
            if (!_collectors.TryGetValue(name, out var attributes))
                _collectors[name] = attributes = PointAttributes.Of("perfplatform.agent.collector", name);
            writer.Point(attributes, time.TotalSeconds);
        }

        writer.End();
        writer.Single(Buffered, (ulong)bufferedBytes());
        writer.Single(Memory, (ulong)Environment.WorkingSet);
        if (OperatingSystem.IsIOS() || OperatingSystem.IsTvOS())
            return;
        var (cpu, now) = (Environment.CpuUsage.TotalTime, clock.GetTimestamp());
        if (_readAt != 0 && clock.GetElapsedTime(_readAt, now) is { Ticks: > 0 } elapsed)
            writer.Single(CpuUtilization, (cpu - _cpuBefore) / elapsed);
        (_cpuBefore, _readAt) = (cpu, now);
    }
}

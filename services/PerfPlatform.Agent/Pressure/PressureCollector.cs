using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Kernel;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Pressure;

/// <summary>
/// Pressure stall information: for which share of the time work waited for cpu, memory or I/O. system.pressure.utilization is the share of
/// the agent's own interval. Kernels before 4.20, and those started with psi=0, have none.
/// </summary>
internal sealed class PressureCollector : ICollector, IDisposable
{
    private static readonly string[] Resources = ["cpu", "memory", "io"];
    private static readonly MetricHead Utilization = MetricHead.Gauge("system.pressure.utilization", "1");
    private static readonly MetricHead Time = MetricHead.Counter("system.pressure.time", "s");
    private static readonly MetricHead Average10 = MetricHead.Gauge("system.pressure.average.10s", "1");
    private static readonly MetricHead Average60 = MetricHead.Gauge("system.pressure.average.60s", "1");
    private static readonly MetricHead Average300 = MetricHead.Gauge("system.pressure.average.300s", "1");
    private readonly TimeProvider _clock;
    private readonly DateTimeOffset _boot;
    private readonly Source[] _sources;

    public PressureCollector(TimeProvider clock, DateTimeOffset boot, string root = "/proc")
    {
        (_clock, _boot) = (clock, boot);
        _sources = [.. Resources.Select(name => new Source(name, root)).Where(source => source.File.Exists)];
    }

    public string Name => "pressure";

    public bool IsSupported
    {
        get
        {
            try
            {
                // With psi=0 the files are there and reading fails.
                return _sources.Length > 0 && _sources[0].File.Read().Length > 0;
            }
            catch (IOException)
            {
                return false;
            }
        }
    }

    public void Collect(MetricWriter writer)
    {
        foreach (var source in _sources)
            source.Read(_clock);
        Write(writer, Time, default, static stall => stall.Total, _boot);
        Write(writer, Average10, default, static stall => stall.Now.Average10);
        Write(writer, Average60, default, static stall => stall.Now.Average60);
        Write(writer, Average300, default, static stall => stall.Now.Average300);
        Write(writer, Utilization, static stall => stall.HasBefore, static stall => stall.Utilization);
    }

    public void Dispose() => Array.ForEach(_sources, source => source.File.Dispose());

    private void Write(MetricWriter writer, MetricHead head, Func<Stall, bool>? when, Func<Stall, double> value, DateTimeOffset start = default)
    {
        writer.Begin(head, start);
        foreach (var source in _sources)
        {
            if (source.Some.HasNow && when?.Invoke(source.Some) != false)
                writer.Point(source.Some.Attributes, value(source.Some));
            if (source.Full.HasNow && when?.Invoke(source.Full) != false)
                writer.Point(source.Full.Attributes, value(source.Full));
        }

        writer.End();
    }

    private sealed class Source(string resource, string root)
    {
        public KernelFile File { get; } = new(Path.Combine(root, "pressure", resource));

        public Stall Some { get; } = new(resource, "some");

        public Stall Full { get; } = new(resource, "full");

        public void Read(TimeProvider clock)
        {
            var at = clock.GetTimestamp();
            if (!PressureStall.TryParse(File.Read(), out var some, out var full))
                return;
            Some.Take(some, at, clock);
            if (full is { } stall)
                Full.Take(stall, at, clock);
        }
    }

    private sealed class Stall(string resource, string type)
    {
        private long _readAt;

        public PointAttributes Attributes { get; } = PointAttributes.Of(("system.pressure.resource", resource), ("system.pressure.type", type));

        public PressureStall Now { get; private set; }

        public bool HasNow { get; private set; }

        public bool HasBefore { get; private set; }

        public double Total => Now.TotalMicroseconds / 1e6;

        public double Utilization { get; private set; }

        public void Take(PressureStall now, long at, TimeProvider clock)
        {
            // A total that went back says nothing of the interval.
            HasBefore = HasNow && now.TotalMicroseconds >= Now.TotalMicroseconds;
            if (HasBefore)
                Utilization = now.ShareSince(Now, clock.GetElapsedTime(_readAt, at));
            (Now, HasNow, _readAt) = (now, true, at);
        }
    }
}

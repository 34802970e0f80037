using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Kernel;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Load;

/// <summary>The load averages, and how long the machine has been up.</summary>
internal sealed class LoadCollector(string root = "/proc") : ICollector, IDisposable
{
    private static readonly MetricHead One = MetricHead.Gauge("system.cpu.load_average.1m", "{thread}");
    private static readonly MetricHead Five = MetricHead.Gauge("system.cpu.load_average.5m", "{thread}");
    private static readonly MetricHead Fifteen = MetricHead.Gauge("system.cpu.load_average.15m", "{thread}");
    private static readonly MetricHead Uptime = MetricHead.Gauge("system.uptime", "s");
    private readonly KernelFile _load = new(Path.Combine(root, "loadavg"));
    private readonly KernelFile _uptime = new(Path.Combine(root, "uptime"));

    public string Name => "load";

    public bool IsSupported => _load.Exists && _uptime.Exists;

    public void Collect(MetricWriter writer)
    {
        if (!LoadAverage.TryParse(_load.Read(), out var load))
            throw new InvalidDataException($"{_load.Path} does not start with three numbers.");
        writer.Single(One, load.OneMinute);
        writer.Single(Five, load.FiveMinutes);
        writer.Single(Fifteen, load.FifteenMinutes);

        // 1174.31 2189.82 (seconds since the boot; idle seconds of all cores)
        var fields = new ByteScanner(_uptime.Read());
        if (fields.TryReadNumber(out double seconds))
            writer.Single(Uptime, seconds);
    }

    public void Dispose()
    {
        _load.Dispose();
        _uptime.Dispose();
    }
}

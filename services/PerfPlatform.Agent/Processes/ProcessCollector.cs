using System.Runtime.Versioning;
using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Kernel;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Processes;

/// <summary>
/// Processes by state, and the largest ones by name. A scan reads a file for each process, 10 to 20 microseconds each: so it is done every five
/// seconds, or more seldom where it took long, which keeps it below 0.3 % of a core whatever the number of processes.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class ProcessCollector(TimeProvider clock) : ICollector
{
    private const int TopSize = 5;
    private const int HeldScans = 12;
    private static readonly MetricHead CountByState = MetricHead.UpDown("system.process.count", "{process}");
    private static readonly MetricHead CpuUtilization = MetricHead.Gauge("process.cpu.utilization", "1");
    private static readonly MetricHead MemoryUsage = MetricHead.UpDown("process.memory.usage", "By");
    private static readonly (string Kernel, PointAttributes Attributes)[] States =
    [
        ("R", Of("running")), ("SI", Of("sleeping")), ("D", Of("blocked")), ("Tt", Of("stopped")), ("Z", Of("defunct")),
    ];

    private readonly ProcessTable _table = new();
    // A hundredth of a core in five seconds.
    private readonly ProcessGroups _groups = new(TopSize, (ulong)LinuxSystem.TicksPerSecond * 5 / 100, HeldScans);
    private readonly ulong[] _counts = new ulong[5];
    private readonly byte[] _buffer = new byte[1024];
    private readonly ScanBudget _budget = new(clock, TimeSpan.FromSeconds(5), costFactor: 350);

    public string Name => "processes";

    public bool IsSupported => OperatingSystem.IsLinux() && File.Exists("/proc/self/stat");

    public void Collect(MetricWriter writer)
    {
        if (!_budget.TryBegin(out var elapsed))
            return;
        Scan();
        _budget.End();
        writer.Begin(CountByState);
        for (var i = 0; i < States.Length; i++)
            writer.Point(States[i].Attributes, _counts[i]);
        writer.End();
        if (elapsed > TimeSpan.Zero)
            WriteTop(writer, elapsed);
    }

    private void Scan()
    {
        Array.Clear(_counts);
        _table.BeginScan();
        foreach (var pid in ProcessFolder.Ids())
        {
            var length = ProcessFolder.ReadStat(pid, _buffer);
            if (!PidStat.TryParse(_buffer.AsSpan(0, length), out var command, out var stat))
                continue;
            for (var i = 0; i < States.Length; i++)
            {
                if (States[i].Kernel.Contains(stat.State))
                    _counts[i]++;
            }

            // Kernel threads have no memory: they count, but are not told one by one.
            if (stat.ResidentPages > 0)
                _table.See(pid, command, stat);
        }

        _table.EndScan();
    }

    private void WriteTop(MetricWriter writer, TimeSpan elapsed)
    {
        var top = _groups.Choose(_table);
        writer.Begin(CpuUtilization);
        foreach (var group in top)
            writer.Point(group.Attributes, group.Ticks / (LinuxSystem.TicksPerSecond * elapsed.TotalSeconds));
        writer.End();
        writer.Begin(MemoryUsage);
        foreach (var group in top)
            writer.Point(group.Attributes, group.ResidentPages * (ulong)Environment.SystemPageSize);
        writer.End();
    }

    private static PointAttributes Of(string state) => PointAttributes.Of("process.state", state);
}

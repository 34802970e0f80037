using System.Runtime.Versioning;
using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Kernel;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Cpu;

/// <summary>
/// Processor time and utilisation. system.cpu.utilization has three kinds of series: the machine's (no attribute), each core's
/// (cpu.logical_number), both of them all but idle and iowait; and the machine's by cpu.mode. system.cpu.time has core and mode.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class CpuCollector : ICollector, IDisposable
{
    private static readonly MetricHead Utilization = MetricHead.Gauge("system.cpu.utilization", "1");
    private static readonly MetricHead Time = MetricHead.Counter("system.cpu.time", "s");
    private static readonly MetricHead LogicalCount = MetricHead.UpDown("system.cpu.logical.count", "{cpu}");
    private static readonly MetricHead ContextSwitches = MetricHead.Counter("system.cpu.context_switches", "{switch}");
    private static readonly MetricHead Created = MetricHead.Counter("system.process.created", "{process}");
    private static readonly string[] ModeNames = ["user", "nice", "system", "idle", "iowait", "interrupt", "steal"];
    private static readonly PointAttributes[] ModeAttributes = [.. ModeNames.Select(mode => PointAttributes.Of("cpu.mode", mode))];

    private readonly KernelFile _file;
    private readonly ProcStat _now = new();
    // As long as the highest core number seen.
    private CpuTimes[] _before = [];
    private PointAttributes[] _coreAttributes = [];
    private PointAttributes[] _coreModeAttributes = [];
    private CpuTimes _totalBefore;
    private bool _hasBefore;

    public CpuCollector(string root = "/proc") => _file = new KernelFile(Path.Combine(root, "stat"));

    public string Name => "cpu";

    public bool IsSupported => _file.Exists;

    public void Collect(MetricWriter writer)
    {
        if (!_now.TryParse(_file.Read()))
            throw new InvalidDataException($"{_file.Path} has no line 'cpu'.");
        Grow(_now.Cores.Length);
        var boot = DateTimeOffset.FromUnixTimeSeconds((long)_now.BootTimeSeconds);
        if (_hasBefore)
            WriteUtilization(writer);
        WriteTime(writer, boot);
        writer.Single(ContextSwitches, _now.ContextSwitches, boot);
        writer.Single(Created, _now.Forks, boot);
        _now.Cores.CopyTo(_before);
        (_totalBefore, _hasBefore) = (_now.Total, true);
    }

    public void Dispose() => _file.Dispose();

    private void WriteUtilization(MetricWriter writer)
    {
        writer.Begin(Utilization);
        if (CpuShares.TryBetween(_totalBefore, _now.Total, out var total))
        {
            writer.Point(PointAttributes.None, total.Busy);
            for (var mode = 0; mode < CpuTimes.Count; mode++)
                writer.Point(ModeAttributes[mode], total[mode]);
        }

        for (var core = 0; core < _now.Cores.Length; core++)
        {
            if (_now.IsOnline(core) && CpuShares.TryBetween(_before[core], _now.Cores[core], out var shares))
                writer.Point(_coreAttributes[core], shares.Busy);
        }

        writer.End();
    }

    private void WriteTime(MetricWriter writer, DateTimeOffset boot)
    {
        ulong online = 0;
        writer.Begin(Time, boot);
        for (var core = 0; core < _now.Cores.Length; core++)
        {
            if (!_now.IsOnline(core))
                continue;
            online++;
            for (var mode = 0; mode < CpuTimes.Count; mode++)
                writer.Point(_coreModeAttributes[core * CpuTimes.Count + mode], (double)_now.Cores[core][mode] / LinuxSystem.TicksPerSecond);
        }

        writer.End();
        writer.Single(LogicalCount, online);
    }

    private void Grow(int cores)
    {
        var known = _before.Length;
        if (cores <= known)
            return;
        Array.Resize(ref _before, cores);
        Array.Resize(ref _coreAttributes, cores);
        Array.Resize(ref _coreModeAttributes, cores * CpuTimes.Count);
        for (var core = known; core < cores; core++)
        {
            _coreAttributes[core] = PointAttributes.Of("cpu.logical_number", core);
            for (var mode = 0; mode < CpuTimes.Count; mode++)
                _coreModeAttributes[core * CpuTimes.Count + mode] = PointAttributes.Of(("cpu.logical_number", (long)core), ("cpu.mode", ModeNames[mode]));
        }
    }
}

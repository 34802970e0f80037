using System.Runtime.Versioning;
using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Kernel;
using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Cpu;

/// <summary>
/// Processor time and utilisation. system.cpu.utilization has three kinds of series: the machine's (no attribute), each core's
/// (cpu.logical_number), both of them all but idle and iowait; and the machine's by cpu.mode. system.cpu.time has core and mode.
/// A second in which a core would have worked for several is not told.
/// </summary>
[SupportedOSPlatform("linux")]
internal sealed class CpuCollector : ICollector, IDisposable
{
    // 90,000 years: any number of ticks, and times the cores still a number.
    private const ulong AnyTicks = 1UL << 48;
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
    private Core[] _cores = [];
    private PointAttributes[] _coreAttributes = [];
    private PointAttributes[] _coreModeAttributes = [];
    private readonly SteadyCounters _steadyTotal = new(CpuTimes.Count);
    private readonly TimeProvider _clock;
    private CpuTimes _totalBefore;
    private long _readAt;

    public CpuCollector(TimeProvider clock, string root = "/proc") => (_clock, _file) = (clock, new KernelFile(Path.Combine(root, "stat")));

    public string Name => "cpu";

    public bool IsSupported => _file.Exists;

    public void Collect(MetricWriter writer)
    {
        if (!_now.TryParse(_file.Read()))
            throw new InvalidDataException($"{_file.Path} has no line 'cpu'.");
        Grow(_now.Cores.Length);
        var boot = DateTimeOffset.FromUnixTimeSeconds((long)_now.BootTimeSeconds);
        var hadBefore = _readAt != 0;
        var isTotalPossible = Steady(boot);
        if (hadBefore)
            WriteUtilization(writer, isTotalPossible);
        WriteTime(writer, boot);
        writer.Single(ContextSwitches, _now.ContextSwitches, boot);
        writer.Single(Created, _now.Forks, boot);
        _now.Cores.CopyTo(_before);
        _totalBefore = _now.Total;
    }

    public void Dispose() => _file.Dispose();

    // A clock that is stepped, ticks that come late: twice the time and a second more can be.
    private static ulong Most(TimeSpan elapsed) => (ulong)Math.Max(0, 2 * elapsed.TotalSeconds + 1) * LinuxSystem.TicksPerSecond;

    // Takes out of the readings what cannot be; false where that was so in any core.
    private bool Steady(DateTimeOffset boot)
    {
        var now = _clock.GetTimestamp();
        var most = Most(_clock.GetElapsedTime(_readAt, now));
        var uptime = _clock.GetUtcNow() - boot;
        var mostFirst = uptime > TimeSpan.Zero ? (ulong)(uptime.TotalSeconds * 1.1 + 60) * LinuxSystem.TicksPerSecond : AnyTicks;
        _readAt = now;
        var possible = _steadyTotal.Take(_now.Total, most * (ulong)_now.Cores.Length, mostFirst * (ulong)_now.Cores.Length);
        for (var core = 0; core < _now.Cores.Length; core++)
        {
            if (!_now.IsOnline(core))
                continue;
            // A core that was not there before has no second to tell of.
            var isNew = !_cores[core].Counters.IsKnown;
            var isPossible = _cores[core].Counters.Take(_now.Cores[core], most, mostFirst);
            _cores[core].IsPossible = isPossible && !isNew;
            possible &= isPossible;
        }

        return possible;
    }

    private void WriteUtilization(MetricWriter writer, bool isTotalPossible)
    {
        writer.Begin(Utilization);
        if (isTotalPossible && CpuShares.TryBetween(_totalBefore, _now.Total, out var total))
        {
            writer.Point(PointAttributes.None, total.Busy);
            for (var mode = 0; mode < CpuTimes.Count; mode++)
                writer.Point(ModeAttributes[mode], total[mode]);
        }

        for (var core = 0; core < _now.Cores.Length; core++)
        {
            if (_now.IsOnline(core) && _cores[core].IsPossible && CpuShares.TryBetween(_before[core], _now.Cores[core], out var shares))
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
        Array.Resize(ref _cores, cores);
        Array.Resize(ref _coreAttributes, cores);
        Array.Resize(ref _coreModeAttributes, cores * CpuTimes.Count);
        for (var core = known; core < cores; core++)
        {
            _cores[core] = new Core(new SteadyCounters(CpuTimes.Count));
            _coreAttributes[core] = PointAttributes.Of("cpu.logical_number", core);
            for (var mode = 0; mode < CpuTimes.Count; mode++)
                _coreModeAttributes[core * CpuTimes.Count + mode] = PointAttributes.Of(("cpu.logical_number", (long)core), ("cpu.mode", ModeNames[mode]));
        }
    }

    private struct Core(SteadyCounters counters)
    {
        public SteadyCounters Counters { get; } = counters;

        public bool IsPossible { get; set; }
    }
}

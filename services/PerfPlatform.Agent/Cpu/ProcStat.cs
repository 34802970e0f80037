using System.Buffers.Text;
using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Cpu;

/// <summary>
/// What /proc/stat says, read again into the same object:
/// <code>
/// cpu  10929 0 4032 218982 350 0 59 43 0 0        user nice system idle iowait irq softirq steal guest guest_nice, in clock ticks
/// cpu0 4689 0 1753 110666 28 0 9 22 0 0           (steal since 2.6.11, guest since 2.6.24; user has guest in it already)
/// intr 264002 0 ...
/// ctxt 773062
/// btime 1795445271                                seconds since the epoch
/// processes 7654                                  forks since the boot
/// procs_running 2
/// procs_blocked 0
/// </code>
/// </summary>
internal sealed class ProcStat
{
    // Linux allows 8192 processors at most; a line beyond is not read.
    private const int MaxCores = 8192;
    private CpuTimes _total;
    private CpuTimes[] _cores = new CpuTimes[Environment.ProcessorCount];
    private bool[] _online = new bool[Environment.ProcessorCount];

    public ref CpuTimes Total => ref _total;

    /// <summary>By logical number; see <see cref="IsOnline"/>.</summary>
    public Span<CpuTimes> Cores => _cores;

    public ulong ContextSwitches { get; private set; }

    public ulong BootTimeSeconds { get; private set; }

    public ulong Forks { get; private set; }

    public ulong Running { get; private set; }

    public ulong Blocked { get; private set; }

    public bool IsOnline(int core) => core < _online.Length && _online[core];

    public bool TryParse(ReadOnlySpan<byte> text)
    {
        Array.Clear(_online);
        var found = false;
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out var line))
        {
            if (line.StartsWith("cpu"u8))
                found |= TryCpu(line);
            else if (line.StartsWith("ctxt "u8))
                ContextSwitches = Number(line);
            else if (line.StartsWith("btime "u8))
                BootTimeSeconds = Number(line);
            else if (line.StartsWith("processes "u8))
                Forks = Number(line);
            else if (line.StartsWith("procs_running "u8))
                Running = Number(line);
            else if (line.StartsWith("procs_blocked "u8))
                Blocked = Number(line);
        }

        return found;
    }

    private bool TryCpu(ReadOnlySpan<byte> line)
    {
        var fields = new ByteScanner(line);
        fields.TryReadWord(out var name);
        CpuTimes times = default;
        // The oldest kernels have four numbers; what is missing stays zero.
        for (var i = 0; i < 8 && fields.TryReadNumber(out ulong ticks); i++)
            times[Math.Min(i < 6 ? i : i - 1, CpuTimes.Count - 1)] += ticks;
        if (name.Length == 3)
        {
            _total = times;
            return true;
        }

        if (!Utf8Parser.TryParse(name[3..], out int core, out _) || core < 0 || core >= MaxCores)
            return false;
        if (core >= _cores.Length)
        {
            Array.Resize(ref _cores, core + 1);
            Array.Resize(ref _online, core + 1);
        }

        (_cores[core], _online[core]) = (times, true);
        return false;
    }

    private static ulong Number(ReadOnlySpan<byte> line)
    {
        var fields = new ByteScanner(line);
        fields.TryReadWord(out _);
        return fields.TryReadNumber(out ulong value) ? value : 0;
    }
}

using System.Text;

namespace PerfPlatform.Agent.Processes;

/// <summary>
/// What is known of each process between two scans: its processor time then and now. A process is its pid and start time, so a pid used
/// again is another one. Grows with the number of processes of the machine; those that are gone leave with the next scan.
/// </summary>
internal sealed class ProcessTable
{
    private readonly Dictionary<int, Entry> _entries = [];
    private readonly List<int> _gone = [];
    private int _scan;

    public int Count => _entries.Count;

    public IEnumerable<Entry> Entries => _entries.Values;

    public void BeginScan() => _scan++;

    public void See(int pid, ReadOnlySpan<byte> command, in PidStat stat)
    {
        // Whoever was not there in the scan before began since then, and used all his time since then.
        if (!_entries.TryGetValue(pid, out var entry) || entry.StartTicks != stat.StartTicks)
            _entries[pid] = entry = new Entry(pid, stat.StartTicks, command, _scan == 1 ? stat.CpuTicks : 0);
        else
            entry.Renew(command);
        entry.Take(stat, _scan);
    }

    public void EndScan()
    {
        _gone.Clear();
        foreach (var (pid, entry) in _entries)
        {
            if (entry.SeenInScan != _scan)
                _gone.Add(pid);
        }

        foreach (var pid in _gone)
            _entries.Remove(pid);
    }

    /// <summary>One process.</summary>
    internal sealed class Entry(int pid, ulong startTicks, ReadOnlySpan<byte> command, ulong ticksBefore)
    {
        private byte[] _command = command.ToArray();
        private ulong _ticks = ticksBefore;

        public int Pid => pid;

        public ulong StartTicks => startTicks;

        public ulong ResidentPages { get; private set; }

        public int SeenInScan { get; private set; }

        /// <summary>The name the kernel has for it, at most 15 bytes.</summary>
        public string ExecutableName { get; private set; } = Encoding.UTF8.GetString(command);

        /// <summary>Processor time since the scan before; 0 in the first scan.</summary>
        public ulong Ticks { get; private set; }

        /// <summary>exec and prctl change a process's name without changing the process.</summary>
        public void Renew(ReadOnlySpan<byte> command)
        {
            if (command.SequenceEqual(_command))
                return;
            _command = command.ToArray();
            ExecutableName = Encoding.UTF8.GetString(command);
        }

        public void Take(in PidStat stat, int scan)
        {
            Ticks = stat.CpuTicks > _ticks ? stat.CpuTicks - _ticks : 0;
            (_ticks, ResidentPages, SeenInScan) = (stat.CpuTicks, stat.ResidentPages, scan);
        }
    }
}

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
        if (!_entries.TryGetValue(pid, out var entry) || entry.StartTicks != stat.StartTicks)
            _entries[pid] = entry = new Entry(pid, stat.StartTicks, command);
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
    internal sealed class Entry(int pid, ulong startTicks, ReadOnlySpan<byte> command)
    {
        private byte[] _command = command.ToArray();
        private ulong _ticksBefore;
        private ulong _ticks;

        public int Pid => pid;

        public ulong StartTicks => startTicks;

        public ulong ResidentPages { get; private set; }

        public int SeenInScan { get; private set; }

        public int Scans { get; private set; }

        /// <summary>The name the kernel has for it, at most 15 bytes.</summary>
        public string ExecutableName => Encoding.UTF8.GetString(_command);

        /// <summary>Processor time since the scan before; known from the second scan on.</summary>
        public ulong Ticks => Scans < 2 || _ticks < _ticksBefore ? 0 : _ticks - _ticksBefore;

        /// <summary>exec and prctl change a process's name without changing the process.</summary>
        public void Renew(ReadOnlySpan<byte> command)
        {
            if (!command.SequenceEqual(_command))
                _command = command.ToArray();
        }

        public void Take(in PidStat stat, int scan)
        {
            (_ticksBefore, _ticks, ResidentPages, SeenInScan) = (_ticks, stat.CpuTicks, stat.ResidentPages, scan);
            Scans++;
        }
    }
}

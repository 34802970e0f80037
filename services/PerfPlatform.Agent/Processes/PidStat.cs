using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Processes;

/// <summary>
/// What /proc/[pid]/stat says:
/// <code>
/// 7656 (cat) R 7622 7622 3868 0 -1 4194304 99 0 0 0 0 0 0 0 20 0 1 0 117431 3133440 410 184467...
/// pid (comm) state ppid pgrp session tty tpgid flags minflt cminflt majflt cmajflt utime stime cutime cstime priority nice threads 0 starttime vsize rss
/// </code>
/// comm may hold blanks and brackets, so it ends at the last closing one. utime, stime and starttime are clock ticks, rss is pages.
/// </summary>
internal struct PidStat
{
    public char State;
    public ulong CpuTicks;
    public ulong StartTicks;
    public ulong ResidentPages;

    public static bool TryParse(ReadOnlySpan<byte> text, out ReadOnlySpan<byte> command, out PidStat stat)
    {
        stat = default;
        command = default;
        var open = text.IndexOf((byte)'(');
        var close = text.LastIndexOf((byte)')');
        if (open < 0 || close < open)
            return false;
        command = text[(open + 1)..close];
        var fields = new ByteScanner(text[(close + 1)..]);
        if (!fields.TryReadWord(out var state) || !fields.TrySkipWords(10)
            || !fields.TryReadNumber(out ulong user) || !fields.TryReadNumber(out ulong system)
            || !fields.TrySkipWords(6) || !fields.TryReadNumber(out stat.StartTicks)
            || !fields.TrySkipWords(1) || !fields.TryReadNumber(out stat.ResidentPages))
            return false;
        (stat.State, stat.CpuTicks) = ((char)state[0], user + system);
        return true;
    }
}

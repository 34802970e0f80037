using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Memory;

/// <summary>
/// The paging counters of /proc/vmstat, in pages and faults since the boot:
/// <code>
/// pswpin 0
/// pswpout 0
/// pgfault 2885593
/// pgmajfault 1777
/// </code>
/// </summary>
internal struct VmStat
{
    public ulong SwappedIn;
    public ulong SwappedOut;
    public ulong Faults;
    public ulong MajorFaults;

    public static bool TryParse(ReadOnlySpan<byte> text, out VmStat stat)
    {
        stat = default;
        var found = 0;
        var lines = new ByteScanner(text);
        while (found < 4 && lines.TryReadLine(out var line))
        {
            // Some 150 lines, of which four count: the first byte rules most of them out.
            if (line.IsEmpty || line[0] != (byte)'p')
                continue;
            var fields = new ByteScanner(line);
            if (!fields.TryReadWord(out var name) || !fields.TryReadNumber(out ulong value))
                continue;
            if (name.SequenceEqual("pswpin"u8))
                (stat.SwappedIn, found) = (value, found + 1);
            else if (name.SequenceEqual("pswpout"u8))
                (stat.SwappedOut, found) = (value, found + 1);
            else if (name.SequenceEqual("pgfault"u8))
                (stat.Faults, found) = (value, found + 1);
            else if (name.SequenceEqual("pgmajfault"u8))
                (stat.MajorFaults, found) = (value, found + 1);
        }

        return found > 0;
    }
}

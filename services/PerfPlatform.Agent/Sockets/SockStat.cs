using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Sockets;

/// <summary>
/// The TCP line of /proc/net/sockstat (<c>TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 0</c>) or sockstat6 (<c>TCP6: inuse 0</c>):
/// what the kernel counts anyway, whatever the number of connections.
/// </summary>
internal readonly record struct SockStat(ulong InUse, ulong Orphan, ulong TimeWait)
{
    public static bool TryParse(ReadOnlySpan<byte> text, out SockStat stat)
    {
        stat = default;
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out var line))
        {
            if (!line.StartsWith("TCP: "u8) && !line.StartsWith("TCP6: "u8))
                continue;
            var fields = new ByteScanner(line);
            fields.TryReadWord(out _);
            while (fields.TryReadWord(out var name) && fields.TryReadNumber(out ulong value))
            {
                if (name.SequenceEqual("inuse"u8))
                    stat = stat with { InUse = value };
                else if (name.SequenceEqual("orphan"u8))
                    stat = stat with { Orphan = value };
                else if (name.SequenceEqual("tw"u8))
                    stat = stat with { TimeWait = value };
            }

            return true;
        }

        return false;
    }
}

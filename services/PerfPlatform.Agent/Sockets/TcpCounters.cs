using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Sockets;

/// <summary>
/// The TCP counters of /proc/net/snmp, a line of names and a line of numbers (MaxConn is -1):
/// <code>
/// Tcp: RtoAlgorithm RtoMin RtoMax MaxConn ActiveOpens PassiveOpens AttemptFails EstabResets CurrEstab InSegs OutSegs RetransSegs InErrs OutRsts InCsumErrors
/// Tcp: 1 200 120000 -1 134 2 0 1 0 13820 8592 0 0 109 0
/// </code>
/// </summary>
internal struct TcpCounters
{
    public ulong Established;
    public ulong SegmentsSent;
    public ulong SegmentsRetransmitted;

    public static bool TryParse(ReadOnlySpan<byte> text, out TcpCounters counters)
    {
        counters = default;
        ReadOnlySpan<byte> names = default;
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out var line))
        {
            if (!line.StartsWith("Tcp: "u8))
                continue;
            if (names.IsEmpty)
                names = line;
            else
                return TryMatch(names, line, out counters);
        }

        return false;
    }

    private static bool TryMatch(ReadOnlySpan<byte> names, ReadOnlySpan<byte> values, out TcpCounters counters)
    {
        counters = default;
        var found = 0;
        var name = new ByteScanner(names);
        var value = new ByteScanner(values);
        while (name.TryReadWord(out var key) && value.TryReadWord(out var text))
        {
            if (!System.Buffers.Text.Utf8Parser.TryParse(text, out ulong number, out _))
                continue;
            if (key.SequenceEqual("CurrEstab"u8))
                (counters.Established, found) = (number, found + 1);
            else if (key.SequenceEqual("OutSegs"u8))
                (counters.SegmentsSent, found) = (number, found + 1);
            else if (key.SequenceEqual("RetransSegs"u8))
                (counters.SegmentsRetransmitted, found) = (number, found + 1);
        }

        return found == 3;
    }
}

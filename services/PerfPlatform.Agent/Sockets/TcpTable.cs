using System.Buffers.Text;
using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Sockets;

/// <summary>
/// Counts the rows of /proc/net/tcp and tcp6 by state:
/// <code>
///   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
///    0: 00000000:07E8 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 1156 1 00000000a786b527 100 0 0 10 0
/// </code>
/// </summary>
internal static class TcpTable
{
    /// <summary>Room for every <see cref="TcpState"/> and for what newer kernels may add (12 is NEW_SYN_RECV, never shown).</summary>
    public const int States = 16;

    /// <param name="text">The file.</param>
    /// <param name="counts">By state; rows are added.</param>
    public static void Count(ReadOnlySpan<byte> text, Span<ulong> counts)
    {
        var lines = new ByteScanner(text);
        lines.TryReadLine(out _);
        while (lines.TryReadLine(out var line))
        {
            var fields = new ByteScanner(line);
            if (fields.TrySkipWords(3) && fields.TryReadWord(out var word) && Utf8Parser.TryParse(word, out byte state, out _, 'X') && state < counts.Length)
                counts[state]++;
        }
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Networks;

/// <summary>
/// One line of /proc/net/dev:
/// <code>
/// Inter-|   Receive                                                |  Transmit
///  face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed
///   eth0: 620123400   14064    0    0    0     0          0         0   797091    8845    0    0    0     0       0          0
/// </code>
/// Old kernels write the first number right after the colon.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct InterfaceCounters
{
    public const int Count = 8;
    public ulong BytesReceived;
    public ulong PacketsReceived;
    public ulong ErrorsReceived;
    public ulong DroppedReceived;
    public ulong BytesSent;
    public ulong PacketsSent;
    public ulong ErrorsSent;
    public ulong DroppedSent;

    /// <summary>All of them in their order.</summary>
    [UnscopedRef]
    public Span<ulong> All => MemoryMarshal.CreateSpan(ref BytesReceived, Count);

    public static bool TryParse(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out InterfaceCounters counters)
    {
        counters = default;
        name = default;
        // The name may have a colon itself (an alias, "eth0:1"): the last one ends it.
        var colon = line.LastIndexOf((byte)':');
        if (colon < 0)
            return false;
        name = line[..colon].Trim((byte)' ');
        var fields = new ByteScanner(line[(colon + 1)..]);
        return !name.IsEmpty
            && fields.TryReadNumber(out counters.BytesReceived) && fields.TryReadNumber(out counters.PacketsReceived)
            && fields.TryReadNumber(out counters.ErrorsReceived) && fields.TryReadNumber(out counters.DroppedReceived)
            && fields.TrySkipWords(4)
            && fields.TryReadNumber(out counters.BytesSent) && fields.TryReadNumber(out counters.PacketsSent)
            && fields.TryReadNumber(out counters.ErrorsSent) && fields.TryReadNumber(out counters.DroppedSent);
    }
}

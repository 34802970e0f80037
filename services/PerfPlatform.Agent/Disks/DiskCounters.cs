using System.Diagnostics.CodeAnalysis;
using System.Runtime.InteropServices;
using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Disks;

/// <summary>
/// One line of /proc/diskstats:
/// <code>
///  254       0 vda 32987 7768 3255474 8824 13539 16089 7150848 18054 0 6024 27237 4037 14 442424 319 1196 38
/// major minor name | reads merged sectors ms | writes merged sectors ms | in flight, busy ms, weighted ms | discards ... (4.18) | flushes ... (5.5)
/// </code>
/// Sectors are 512 bytes whatever the device's own are.
/// </summary>
[StructLayout(LayoutKind.Sequential)]
internal struct DiskCounters
{
    public const int Count = 11;
    private const ulong SectorBytes = 512;

    public ulong Reads;
    public ulong ReadsMerged;
    public ulong BytesRead;
    public ulong ReadMilliseconds;
    public ulong Writes;
    public ulong WritesMerged;
    public ulong BytesWritten;
    public ulong WriteMilliseconds;
    public ulong InFlight;
    public ulong BusyMilliseconds;
    public ulong WeightedMilliseconds;

    /// <summary>All of them in their order.</summary>
    [UnscopedRef]
    public Span<ulong> All => MemoryMarshal.CreateSpan(ref Reads, Count);

    public static bool TryParse(ReadOnlySpan<byte> line, out ReadOnlySpan<byte> name, out DiskCounters counters)
    {
        counters = default;
        var fields = new ByteScanner(line);
        name = default;
        // Lines of seven fields (partitions before 2.6.25) have no times and are left out.
        if (!fields.TrySkipWords(2) || !fields.TryReadWord(out name)
            || !fields.TryReadNumber(out counters.Reads) || !fields.TryReadNumber(out counters.ReadsMerged)
            || !fields.TryReadNumber(out ulong sectorsRead) || !fields.TryReadNumber(out counters.ReadMilliseconds)
            || !fields.TryReadNumber(out counters.Writes) || !fields.TryReadNumber(out counters.WritesMerged)
            || !fields.TryReadNumber(out ulong sectorsWritten) || !fields.TryReadNumber(out counters.WriteMilliseconds)
            || !fields.TryReadNumber(out counters.InFlight) || !fields.TryReadNumber(out counters.BusyMilliseconds)
            || !fields.TryReadNumber(out counters.WeightedMilliseconds))
            return false;
        counters.BytesRead = sectorsRead * SectorBytes;
        counters.BytesWritten = sectorsWritten * SectorBytes;
        return true;
    }
}

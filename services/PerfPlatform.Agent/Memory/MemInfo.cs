using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Memory;

/// <summary>
/// What /proc/meminfo says, in bytes:
/// <code>
/// MemTotal:       24684084 kB
/// MemFree:        24231920 kB
/// MemAvailable:   24241164 kB      (since 3.14)
/// </code>
/// </summary>
internal struct MemInfo
{
    public ulong Total;
    public ulong Free;
    public ulong Available;
    public ulong Buffers;
    public ulong Cached;
    public ulong Reclaimable;
    public ulong SwapTotal;
    public ulong SwapFree;
    public ulong SwapCached;

    /// <summary>Buffers and page cache aside, what is not free. The states used, free, cached and buffers add up to the total.</summary>
    public readonly ulong Used => Total - Math.Min(Total, Free + Buffers + Cache);

    /// <summary>Page cache and the slabs that the kernel can give back.</summary>
    public readonly ulong Cache => Cached + Reclaimable;

    public static bool TryParse(ReadOnlySpan<byte> text, out MemInfo info)
    {
        info = default;
        var hasAvailable = false;
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out var line))
        {
            var fields = new ByteScanner(line);
            if (!fields.TryReadWord(out var name) || !fields.TryReadNumber(out ulong kilobytes))
                continue;
            var bytes = kilobytes * 1024;
            if (name.SequenceEqual("MemTotal:"u8))
                info.Total = bytes;
            else if (name.SequenceEqual("MemFree:"u8))
                info.Free = bytes;
            else if (name.SequenceEqual("MemAvailable:"u8))
                (info.Available, hasAvailable) = (bytes, true);
            else if (name.SequenceEqual("Buffers:"u8))
                info.Buffers = bytes;
            else if (name.SequenceEqual("Cached:"u8))
                info.Cached = bytes;
            else if (name.SequenceEqual("SReclaimable:"u8))
                info.Reclaimable = bytes;
            else if (name.SequenceEqual("SwapTotal:"u8))
                info.SwapTotal = bytes;
            else if (name.SequenceEqual("SwapFree:"u8))
                info.SwapFree = bytes;
            else if (name.SequenceEqual("SwapCached:"u8))
                info.SwapCached = bytes;
        }

        if (!hasAvailable)
            info.Available = Math.Min(info.Total, info.Free + info.Buffers + info.Cache);
        return info.Total > 0;
    }
}

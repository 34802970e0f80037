using System.Buffers.Text;
using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Containers;

/// <summary>Reads the small files of a control group.</summary>
internal static class CgroupValue
{
    // Version 1 writes "no limit" as the largest multiple of the page size below 2^63; no machine has 2^60 bytes.
    private const ulong Unlimited = 1UL << 60;

    /// <summary>A number of bytes, or null for <c>max</c>, <c>-1</c> and the unlimited of version 1.</summary>
    public static ulong? Limit(ReadOnlySpan<byte> text) => Utf8Parser.TryParse(text, out ulong value, out _) && value < Unlimited ? value : null;

    /// <summary>cpu.max of version 2: <c>150000 100000</c> (quota and period in microseconds) is 1.5 processors; <c>max 100000</c> is no limit.</summary>
    public static double? CpuMax(ReadOnlySpan<byte> text)
    {
        var fields = new ByteScanner(text);
        return fields.TryReadNumber(out ulong quota) && fields.TryReadNumber(out ulong period) && period > 0 ? (double)quota / period : null;
    }

    /// <summary>The number behind a name in a file of lines as <c>usage_usec 8362714</c>.</summary>
    public static ulong? Field(ReadOnlySpan<byte> text, ReadOnlySpan<byte> name)
    {
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out var line))
        {
            var fields = new ByteScanner(line);
            if (fields.TryReadWord(out var key) && key.SequenceEqual(name))
                return fields.TryReadNumber(out ulong value) ? value : null;
        }

        return null;
    }
}

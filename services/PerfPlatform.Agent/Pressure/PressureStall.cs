using System.Buffers.Text;
using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Pressure;

/// <summary>One line of a file of /proc/pressure: shares of the last 10, 60 and 300 seconds (0 to 1) and the stalled time in microseconds since the boot.</summary>
internal record struct PressureStall(double Average10, double Average60, double Average300, ulong TotalMicroseconds)
{
    /// <summary>
    /// Reads <c>some avg10=2.35 avg60=1.37 avg300=1.26 total=35444451</c> and, where the kernel has it, the line <c>full ...</c> (for cpu since 5.13).
    /// </summary>
    public static bool TryParse(ReadOnlySpan<byte> text, out PressureStall some, out PressureStall? full)
    {
        some = default;
        full = null;
        var found = false;
        var lines = new ByteScanner(text);
        while (lines.TryReadLine(out var line))
        {
            if (line.StartsWith("some "u8))
                found = TryLine(line, out some);
            else if (line.StartsWith("full "u8) && TryLine(line, out var stall))
                full = stall;
        }

        return found;
    }

    /// <summary>The share of the time between two readings that was stalled, 0 to 1. The kernel brings the total up to date every two seconds or when read, so a share may exceed the interval by little: it is cut at 1.</summary>
    public readonly double ShareSince(PressureStall before, TimeSpan elapsed) =>
        elapsed <= TimeSpan.Zero ? 0 : Math.Min(1, (TotalMicroseconds - before.TotalMicroseconds) / elapsed.TotalMicroseconds);

    private static bool TryLine(ReadOnlySpan<byte> line, out PressureStall stall)
    {
        stall = default;
        var fields = new ByteScanner(line);
        fields.TryReadWord(out _);
        var hasTotal = false;
        while (fields.TryReadWord(out var word))
        {
            if (word.StartsWith("avg10="u8))
                stall.Average10 = Share(word[6..]);
            else if (word.StartsWith("avg60="u8))
                stall.Average60 = Share(word[6..]);
            else if (word.StartsWith("avg300="u8))
                stall.Average300 = Share(word[7..]);
            else if (word.StartsWith("total="u8) && Utf8Parser.TryParse(word[6..], out ulong total, out _))
                (stall.TotalMicroseconds, hasTotal) = (total, true);
        }

        return hasTotal;
    }

    private static double Share(ReadOnlySpan<byte> percent) => Utf8Parser.TryParse(percent, out double value, out _) ? value / 100 : 0;
}

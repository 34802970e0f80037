namespace PerfPlatform.Analysis.Store.Segments;

// Hot: every sample passes here when it is flushed and when it is queried.

/// <summary>
/// The times of a segment: the first as a zigzag varint, then the first step, then how every later step differs from the one before.
/// Where all steps are equal nothing follows the first one (<c>constantStep</c>).
/// </summary>
internal static class TimeColumn
{
    /// <summary>The most bytes that <paramref name="count"/> times take.</summary>
    public static int MaxBytes(int count) => count * VarInt.MaxBytes;

    public static bool HasConstantStep(ReadOnlySpan<long> times)
    {
        if (times.Length < 3) return true;
        var step = times[1] - times[0];
        for (var i = 2; i < times.Length; i++)
        {
            if (times[i] - times[i - 1] != step) return false;
        }

        return true;
    }

    public static int Write(Span<byte> destination, int at, ReadOnlySpan<long> times, bool constantStep)
    {
        at = VarInt.Write(destination, at, VarInt.ZigZag(times[0]));
        if (times.Length == 1) return at;
        var step = times[1] - times[0];
        at = VarInt.Write(destination, at, VarInt.ZigZag(step));
        if (constantStep) return at;
        for (var i = 2; i < times.Length; i++)
        {
            var next = times[i] - times[i - 1];
            at = VarInt.Write(destination, at, VarInt.ZigZag(next - step));
            step = next;
        }

        return at;
    }

    public static void Read(ReadOnlySpan<byte> source, ref int at, Span<long> times, bool constantStep)
    {
        var time = VarInt.UnZigZag(VarInt.Read(source, ref at));
        times[0] = time;
        if (times.Length == 1) return;
        var step = VarInt.UnZigZag(VarInt.Read(source, ref at));
        times[1] = time += step;
        for (var i = 2; i < times.Length; i++)
        {
            if (!constantStep) step += VarInt.UnZigZag(VarInt.Read(source, ref at));
            times[i] = time += step;
        }
    }
}

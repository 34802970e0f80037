using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Load;

/// <summary>What /proc/loadavg says: <c>0.12 0.11 0.13 2/93 7654</c> (1, 5 and 15 minutes; runnable and all threads; the last pid).</summary>
internal readonly record struct LoadAverage(double OneMinute, double FiveMinutes, double FifteenMinutes)
{
    public static bool TryParse(ReadOnlySpan<byte> text, out LoadAverage load)
    {
        var fields = new ByteScanner(text);
        load = default;
        if (!fields.TryReadNumber(out double one) || !fields.TryReadNumber(out double five) || !fields.TryReadNumber(out double fifteen))
            return false;
        load = new LoadAverage(one, five, fifteen);
        return true;
    }
}

using System.IO.Hashing;
using System.Text;

namespace PerfPlatform.Ingestion.Scrape.Targets;

/// <summary>When a target is scraped: at the same place within every interval, which its id decides, so that targets do not come all at once.</summary>
internal static class ScrapeSchedule
{
    // A page's samples get the planned time where the scrape began so shortly after it: even steps take less room and give even rates.
    private const long MostAligned = 10, AlignedPart = 100;

    /// <summary>The place of a target within its interval, in milliseconds.</summary>
    public static long Offset(string id, long interval) => (long)(XxHash64.HashToUInt64(Encoding.UTF8.GetBytes(id)) % (ulong)interval);

    /// <summary>The first planned time after now, and after the last one, also where the clock was set back a little.</summary>
    public static long Next(long now, long last, long interval, long offset)
    {
        var next = now - Modulo(now - offset, interval) + interval;
        return next <= last && last - next < interval ? last + interval : next;
    }

    /// <summary>The time that samples get.</summary>
    public static long Align(long planned, long now, long interval) =>
        Math.Abs(now - planned) <= Math.Min(MostAligned, interval / AlignedPart) ? planned : now;

    private static long Modulo(long value, long by) => ((value % by) + by) % by;
}

namespace PerfPlatform.Analysis.Store.Segments;

/// <summary>PostgreSQL's own form of a <c>timestamptz</c>: microseconds since 2000. Spares a calendar for each row.</summary>
internal static class PostgresTime
{
    /// <summary>The milliseconds of an hour: no segment crosses a full one.</summary>
    public const long HourLength = 3_600_000;

    private const long Epoch2000 = 946_684_800_000;

    public static long FromUnixMilliseconds(long time) => (time - Epoch2000) * 1000;

    public static long ToUnixMilliseconds(long microseconds) => (microseconds / 1000) + Epoch2000;

    /// <summary>The start of the hour (UTC) that a time lies in, also before 1970.</summary>
    public static long Hour(long time) => time - (((time % HourLength) + HourLength) % HourLength);
}

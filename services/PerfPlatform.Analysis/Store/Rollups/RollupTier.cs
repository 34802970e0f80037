using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Store.Rollups;

/// <summary>How coarse a roll-up is.</summary>
internal enum RollupTier
{
    /// <summary>One row for each series and hour, sixty slots of a minute: <c>metrics.rollup_1m</c>.</summary>
    Minute,

    /// <summary>One row for each series and day (UTC), twenty-four slots of an hour: <c>metrics.rollup_1h</c>.</summary>
    Hour,
}

/// <summary>What follows from a tier.</summary>
internal static class RollupTiers
{
    /// <summary>How many slots a row has.</summary>
    public static int Slots(this RollupTier tier) => tier == RollupTier.Minute ? 60 : 24;

    /// <summary>Milliseconds of a slot.</summary>
    public static long SlotLength(this RollupTier tier) => tier == RollupTier.Minute ? 60_000 : PostgresTime.HourLength;

    /// <summary>Milliseconds of a row.</summary>
    public static long RowLength(this RollupTier tier) => tier.Slots() * tier.SlotLength();

    /// <summary>The start of the row that a time lies in, also before 1970.</summary>
    public static long RowStart(this RollupTier tier, long time)
    {
        var length = tier.RowLength();
        return time - (((time % length) + length) % length);
    }

    /// <summary>The table.</summary>
    public static string Table(this RollupTier tier) => tier == RollupTier.Minute ? "metrics.rollup_1m" : "metrics.rollup_1h";
}

namespace PerfPlatform.Analysis.Store.Recent;

/// <summary>What is in memory at one instant.</summary>
/// <param name="Windows">In the order in which they were written.</param>
/// <param name="CompleteFrom">Every stored sample of this time or later is in them; <see cref="long.MaxValue"/> where that is not known.</param>
internal sealed record RecentView(RecentWindow[] Windows, long CompleteFrom)
{
    public static readonly RecentView Unknown = new([], long.MaxValue);

    /// <summary>The same, told to be complete from a time on at the earliest: what is older only the database has as retention left it.</summary>
    public RecentView From(long time) => CompleteFrom >= time ? this : this with { CompleteFrom = time };

    public long Bytes => Windows.Sum(w => w.Bytes);
}

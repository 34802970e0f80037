using System.ComponentModel.DataAnnotations;

namespace PerfPlatform.Analysis.Store;

/// <summary>Settings of the metric store: section <c>Analysis:Store</c>.</summary>
public sealed record StoreOptions
{
    /// <summary>The section that they are bound to.</summary>
    public const string Section = "Analysis:Store";

    /// <summary>Into how many partitions samples are split; not set: 1 in one process, <c>Messaging:Partitions</c> with a broker.</summary>
    [Range(1, 256, ErrorMessage = "Analysis:Store:Partitions must be 1 to 256.")]
    public int? Partitions { get; init; }

    /// <summary>How often the head is written as segments.</summary>
    [Range(typeof(TimeSpan), "00:00:00.050", "00:10:00", ErrorMessage = "Analysis:Store:FlushInterval must be 50 ms to 10 minutes.")]
    public TimeSpan FlushInterval { get; init; } = TimeSpan.FromSeconds(15);

    /// <summary>How large a generation of the head may grow before it is written without waiting for the interval.</summary>
    [Range(1L << 20, 1L << 40, ErrorMessage = "Analysis:Store:GenerationBytes must be 1 MB at least.")]
    public long GenerationBytes { get; init; } = 64L << 20;

    /// <summary>How much the head may hold in all; beyond it intake is refused until segments can be written again.</summary>
    [Range(1L << 20, 1L << 40, ErrorMessage = "Analysis:Store:HeadBytes must be 1 MB at least.")]
    public long HeadBytes { get; init; } = 512L << 20;

    /// <summary>How many bytes of segments that were written stay in memory, so that questions about the last minutes or hours need no database.</summary>
    [Range(0, 1L << 40, ErrorMessage = "Analysis:Store:RecentBytes must be 0 or more.")]
    public long RecentBytes { get; init; } = 256L << 20;

    /// <summary>How many bytes of batches may wait for their commit; beyond it intake is refused.</summary>
    [Range(1L << 10, 1L << 34, ErrorMessage = "Analysis:Store:QueueBytes must be 1 kB at least.")]
    public long QueueBytes { get; init; } = 64L << 20;

    /// <summary>How long a sender waits for its commit before it is told to come again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00", ErrorMessage = "Analysis:Store:CommitTimeout must be 100 ms to 1 minute.")]
    public TimeSpan CommitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>
    /// How long a writer's lease of a partition holds without being renewed: so long nobody writes what a process had that stands still. One that ended is followed
    /// within a quarter of it.
    /// </summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "Analysis:Store:LeaseTime must be 1 s to 5 minutes.")]
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(6);

    /// <summary>How long raw samples are kept.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00", ErrorMessage = "Analysis:Store:RawRetention must be 1 hour to 10 years.")]
    public TimeSpan RawRetention { get; init; } = TimeSpan.FromHours(48);

    /// <summary>How long the roll-ups at one minute are kept, but never shorter than raw samples.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00", ErrorMessage = "Analysis:Store:Rollup1mRetention must be 1 hour to 10 years.")]
    public TimeSpan Rollup1mRetention { get; init; } = TimeSpan.FromDays(30);

    /// <summary>How long the roll-ups at one hour are kept, but never shorter than those at one minute.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00", ErrorMessage = "Analysis:Store:Rollup1hRetention must be 1 hour to 10 years.")]
    public TimeSpan Rollup1hRetention { get; init; } = TimeSpan.FromDays(400);

    /// <summary>How long the roll-ups at one minute are kept in fact.</summary>
    internal TimeSpan MinuteRetention => Rollup1mRetention > RawRetention ? Rollup1mRetention : RawRetention;

    /// <summary>How long the roll-ups at one hour are kept in fact.</summary>
    internal TimeSpan HourRetention => Rollup1hRetention > MinuteRetention ? Rollup1hRetention : MinuteRetention;

    /// <summary>How long one statement of a query may run.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "Analysis:Store:StatementTimeout must be 1 s to 10 minutes.")]
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>How long an hour must be over, and without new samples, before its segments are merged.</summary>
    [Range(typeof(TimeSpan), "00:00:00", "01:00:00", ErrorMessage = "Analysis:Store:CompactionLateness must be 0 to 1 hour.")]
    public TimeSpan CompactionLateness { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>How often hours that are due are looked for.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "01:00:00", ErrorMessage = "Analysis:Store:CompactionInterval must be 1 s to 1 hour.")]
    public TimeSpan CompactionInterval { get; init; } = TimeSpan.FromMinutes(1);

    /// <summary>How many small segments are merged in a second at most.</summary>
    [Range(100, 10_000_000, ErrorMessage = "Analysis:Store:CompactionRowsPerSecond must be 100 to 10,000,000.")]
    public int CompactionRowsPerSecond { get; init; } = 20_000;

    /// <summary>How many hours may wait to be merged before the store calls itself degraded.</summary>
    [Range(1, 10_000, ErrorMessage = "Analysis:Store:CompactionMaxHours must be 1 to 10,000.")]
    public int CompactionMaxHours { get; init; } = 4;

    /// <summary>How long the chunk of a merged hour may be locked while its free space is given back; a longer rewrite is given up.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:10:00", ErrorMessage = "Analysis:Store:RewriteTimeout must be 100 ms to 10 minutes.")]
    public TimeSpan RewriteTimeout { get; init; } = TimeSpan.FromSeconds(5);
}

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

    /// <summary>How many bytes of batches may wait for their commit; beyond it intake is refused.</summary>
    [Range(1L << 10, 1L << 34, ErrorMessage = "Analysis:Store:QueueBytes must be 1 kB at least.")]
    public long QueueBytes { get; init; } = 64L << 20;

    /// <summary>How long a sender waits for its commit before it is told to come again.</summary>
    [Range(typeof(TimeSpan), "00:00:00.100", "00:01:00", ErrorMessage = "Analysis:Store:CommitTimeout must be 100 ms to 1 minute.")]
    public TimeSpan CommitTimeout { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>How long a writer's lease of a partition holds without being renewed.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:05:00", ErrorMessage = "Analysis:Store:LeaseTime must be 1 s to 5 minutes.")]
    public TimeSpan LeaseTime { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>How long raw samples are kept.</summary>
    [Range(typeof(TimeSpan), "01:00:00", "3650.00:00:00", ErrorMessage = "Analysis:Store:RawRetention must be 1 hour to 10 years.")]
    public TimeSpan RawRetention { get; init; } = TimeSpan.FromHours(48);

    /// <summary>How long one statement of a query may run.</summary>
    [Range(typeof(TimeSpan), "00:00:01", "00:10:00", ErrorMessage = "Analysis:Store:StatementTimeout must be 1 s to 10 minutes.")]
    public TimeSpan StatementTimeout { get; init; } = TimeSpan.FromSeconds(30);
}

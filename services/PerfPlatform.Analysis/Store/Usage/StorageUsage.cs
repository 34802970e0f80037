namespace PerfPlatform.Analysis.Store.Usage;

/// <summary>What the metric store takes on disk, and for how much.</summary>
/// <param name="TotalBytes">All tables of the schema with their indexes.</param>
/// <param name="Tables">Table by table, the largest first.</param>
/// <param name="Segments">How many segments hold the raw samples.</param>
/// <param name="Samples">How many samples those are; one that was sent twice counts twice until its hour is merged.</param>
/// <param name="BytesPerSample">Bytes of the raw tier, indexes included, for each sample; null where there is none.</param>
/// <param name="Series">How many series are registered.</param>
/// <param name="Compaction">How far merging is.</param>
/// <param name="RawRetentionSeconds">How long raw samples are kept.</param>
/// <param name="OldestSample">The start of the oldest segment; null where there is none.</param>
/// <param name="Tiers">Raw samples and the roll-ups of them, the finest first.</param>
public sealed record StorageUsage(
    long TotalBytes, IReadOnlyList<TableUsage> Tables, long Segments, long Samples, double? BytesPerSample, int Series, CompactionUsage Compaction, double RawRetentionSeconds, DateTimeOffset? OldestSample,
    IReadOnlyList<TierUsage> Tiers);

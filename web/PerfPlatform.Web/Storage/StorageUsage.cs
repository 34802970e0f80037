namespace PerfPlatform.Web.Storage;

/// <summary>What the page shows of <c>GET /api/v1/admin/storage</c>.</summary>
/// <param name="TotalBytes">All tables of the store with their indexes.</param>
/// <param name="Tables">Table by table, the largest first.</param>
/// <param name="Segments">How many segments hold the raw samples.</param>
/// <param name="Samples">How many raw samples.</param>
/// <param name="BytesPerSample">Bytes of the raw tier for each sample; null where there is none.</param>
/// <param name="Series">How many series are registered.</param>
/// <param name="Compaction">How far merging is.</param>
/// <param name="Tiers">Raw samples and the roll-ups of them, the finest first.</param>
public sealed record StorageUsage(
    long TotalBytes, IReadOnlyList<TableUsage> Tables, long Segments, long Samples, double? BytesPerSample, int Series, CompactionUsage Compaction, IReadOnlyList<TierUsage> Tiers);

/// <summary>What one tier of the samples takes on disk.</summary>
/// <param name="Tier">raw, 1m or 1h.</param>
/// <param name="Bytes">All of its table.</param>
/// <param name="Rows">Its rows.</param>
/// <param name="BytesPerSample">Bytes for each raw sample that it stands for; null where it has none.</param>
/// <param name="RetentionSeconds">How long it is kept.</param>
/// <param name="Oldest">The start of its oldest row; null where there is none.</param>
public sealed record TierUsage(string Tier, long Bytes, long Rows, double? BytesPerSample, double RetentionSeconds, DateTimeOffset? Oldest);

/// <summary>What a table takes on disk.</summary>
/// <param name="Table">Its name.</param>
/// <param name="Tier">What it is for.</param>
/// <param name="TableBytes">The rows.</param>
/// <param name="IndexBytes">The indexes.</param>
/// <param name="ToastBytes">Large values that are kept apart.</param>
/// <param name="TotalBytes">All of it.</param>
public sealed record TableUsage(string Table, string Tier, long TableBytes, long IndexBytes, long ToastBytes, long TotalBytes);

/// <summary>How far merging is.</summary>
/// <param name="HoursBehind">Hours that are over and wait.</param>
/// <param name="Trouble">Why the last round failed, or null.</param>
public sealed record CompactionUsage(int HoursBehind, string? Trouble);

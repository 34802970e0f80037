namespace PerfPlatform.Analysis.Store.Usage;

/// <summary>What one tier of the samples takes on disk.</summary>
/// <param name="Tier">raw, 1m or 1h.</param>
/// <param name="Bytes">Its table with everything that belongs to it.</param>
/// <param name="Rows">Its rows: segments, hours of a series, days of a series.</param>
/// <param name="BytesPerSample">Bytes for each raw sample that it stands for. For roll-ups that is reckoned with as many samples an hour as the raw tier has where both are there; null where it has none.</param>
/// <param name="RetentionSeconds">How long it is kept.</param>
/// <param name="Oldest">The start of its oldest row; null where there is none.</param>
public sealed record TierUsage(string Tier, long Bytes, long Rows, double? BytesPerSample, double RetentionSeconds, DateTimeOffset? Oldest);

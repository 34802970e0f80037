using PerfPlatform.Analysis.Registry;

namespace PerfPlatform.Analysis.Live;

/// <summary>What a reader has not been sent yet.</summary>
/// <param name="Points">In the order in which they came.</param>
/// <param name="Series">Series that are new to the reader.</param>
/// <param name="Dropped">How many points were dropped because the reader is too slow.</param>
internal sealed record LiveUpdate(IReadOnlyList<LivePoint> Points, IReadOnlyList<SeriesEntry> Series, long Dropped);

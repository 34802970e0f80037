using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Queries;

/// <summary>The raw samples of one series, wherever they are.</summary>
/// <param name="Stored">What the database has of it, where it is asked, at least up to <paramref name="RecentFrom"/>.</param>
/// <param name="Recent">What is in memory of it; all there is from <paramref name="RecentFrom"/> on.</param>
/// <param name="RecentFrom">From when on memory is complete.</param>
/// <param name="Head">What is not written yet.</param>
internal sealed record SeriesSources(List<StoredSegment> Stored, List<StoredSegment> Recent, long RecentFrom, IReadOnlyList<HeadSlice> Head);

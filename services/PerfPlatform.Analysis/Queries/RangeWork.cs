using PerfPlatform.Analysis.Registry;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Analysis.Store.Recent;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Analysis.Queries;

/// <summary>What the workers of one question share.</summary>
internal sealed record RangeWork(
    RangePlan Plan, SourceSelection Sources, IReadOnlyList<SeriesEntry> Series, int[] Ids, int Size, HeadSnapshot Head, RecentView[] Recent, RangeGathering Gathering, BucketTimes Times)
{
    /// <summary>The raw samples of a series; valid until the next call with the same lookup.</summary>
    public SeriesSources Find(int at, RecentLookup lookup, List<StoredSegment> stored)
    {
        var (recent, from) = lookup.Read(Series[at]);
        return new SeriesSources(stored, recent, from, Head[Ids[at]]);
    }
}

namespace PerfPlatform.Analysis.Store.Compaction;

/// <summary>Series of one partition whose segments of one hour are merged in one transaction.</summary>
internal sealed class CompactionPortion(int partition)
{
    public int Partition { get; } = partition;

    public List<int> SeriesIds { get; } = []; // bounded by CompactionCandidates

    /// <summary>How many segments they have.</summary>
    public int Rows { get; set; }
}

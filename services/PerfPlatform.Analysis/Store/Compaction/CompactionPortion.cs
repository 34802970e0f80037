namespace PerfPlatform.Analysis.Store.Compaction;

/// <summary>Series of one partition whose segments of one hour are merged and rolled up in one transaction.</summary>
internal sealed class CompactionPortion(int partition)
{
    public int Partition { get; } = partition;

    public List<int> SeriesIds { get; } = []; // bounded by CompactionCandidates

    /// <summary>Those that have one segment only, which stays as it is, and no roll-up yet.</summary>
    public List<int> SingleIds { get; } = []; // bounded by CompactionCandidates

    /// <summary>How many segments they all have.</summary>
    public int Rows { get; set; }
}

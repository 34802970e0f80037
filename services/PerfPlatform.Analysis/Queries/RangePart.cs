using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Queries;

/// <summary>What some neighbouring series gave: their lines, or their groups where the question joins series.</summary>
internal sealed record RangePart(List<RangeSeries> Lines, GroupReducer? Groups);

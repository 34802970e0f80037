using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Queries;

/// <summary>The lines of an answer, and what keeps it from being whole.</summary>
internal sealed record RangeLines(IReadOnlyList<RangeSeries> Lines, IReadOnlyList<string>? Warnings);

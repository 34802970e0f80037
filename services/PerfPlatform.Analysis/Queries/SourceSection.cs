namespace PerfPlatform.Analysis.Queries;

/// <summary>A stretch of a question's range and what answers it.</summary>
/// <param name="From">Inclusive.</param>
/// <param name="To">Exclusive.</param>
/// <param name="IsRollup">From the roll-ups of the question's tier; else from raw samples.</param>
internal readonly record struct SourceSection(long From, long To, bool IsRollup);

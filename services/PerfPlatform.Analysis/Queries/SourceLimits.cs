namespace PerfPlatform.Analysis.Queries;

/// <summary>What each source has at this instant.</summary>
/// <param name="RawFrom">Raw samples before this time may have gone.</param>
/// <param name="MemoryFrom">From this time on all written segments are in memory.</param>
/// <param name="WrittenTo">From this time on no hour is final: it is not over.</param>
/// <param name="IsFinal">Whether the roll-ups of an hour hold all that there is of it.</param>
internal sealed record SourceLimits(long RawFrom, long MemoryFrom, long WrittenTo, Func<long, bool> IsFinal);

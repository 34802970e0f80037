namespace PerfPlatform.Analysis.Store.Usage;

/// <summary>How far merging is.</summary>
/// <param name="HoursBehind">Hours that are over and wait to be merged, as far as the process that answers knows.</param>
/// <param name="Trouble">Why the last round failed, or null.</param>
public sealed record CompactionUsage(int HoursBehind, string? Trouble);

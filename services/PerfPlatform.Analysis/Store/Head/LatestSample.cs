using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Head;

/// <summary>A series' newest sample.</summary>
/// <param name="Time">Unix milliseconds.</param>
/// <param name="Value">Its value.</param>
/// <param name="Stamp">The stamp of its batch.</param>
internal readonly record struct LatestSample(long Time, double Value, BatchStamp Stamp);

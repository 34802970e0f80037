using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Head;

/// <summary>A series' newest sample.</summary>
/// <param name="Time">Unix milliseconds.</param>
/// <param name="Value">Its value.</param>
/// <param name="Stamp">The stamp of its batch.</param>
internal readonly record struct LatestSample(long Time, double Value, BatchStamp Stamp)
{
    /// <summary>Whether this one has the newer time, or at the same time the greater stamp.</summary>
    public bool IsNewerThan(in LatestSample other) => Time > other.Time || (Time == other.Time && Stamp > other.Stamp);
}

namespace PerfPlatform.Analysis.Store.Recent;

/// <summary>A segment in memory: 32 bytes, beside the bytes it names.</summary>
/// <param name="Start">The time of its first sample.</param>
/// <param name="Span">From the first to the last, milliseconds.</param>
/// <param name="Count">How many samples.</param>
/// <param name="StampAndLate">The number of its stamp in the window; its complement where the segment is late.</param>
/// <param name="Slab">The slab with its bytes.</param>
/// <param name="Offset">Where they begin.</param>
/// <param name="Length">How many there are.</param>
internal readonly record struct RecentSegment(long Start, uint Span, int Count, int StampAndLate, int Slab, int Offset, int Length)
{
    public long End => Start + Span;

    public int Stamp => IsLate ? ~StampAndLate : StampAndLate;

    /// <summary>Whether its stamp is not above those of everything written before.</summary>
    public bool IsLate => StampAndLate < 0;
}

using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Segments;

/// <summary>A segment as a query read it: its header, and where its bytes are.</summary>
internal readonly record struct StoredSegment(
    long Start, long End, BatchStamp Stamp, int Count, double Min, double Max, double Sum, double Last, byte[] Bytes, int Offset, int Length)
{
    public ReadOnlySpan<byte> Data => Bytes.AsSpan(Offset, Length);
}

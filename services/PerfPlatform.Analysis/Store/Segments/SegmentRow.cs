using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Segments;

/// <summary>
/// A segment as it stands in the table. Min, max, first and last are of its samples; <see cref="Sum"/> is NaN where a sample is NaN (or the sum has no
/// value), which says that the header answers no aggregation.
/// </summary>
internal struct SegmentRow
{
    public int SeriesId;
    public long StartTime;
    public long EndTime;
    public BatchStamp Stamp;
    public int Count;
    public double Min;
    public double Max;
    public double Sum;
    public double First;
    public double Last;
    public ReadOnlyMemory<byte> Data;
}

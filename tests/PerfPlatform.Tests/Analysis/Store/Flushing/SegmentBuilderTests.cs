using PerfPlatform.Analysis.Store.Flushing;
using PerfPlatform.Analysis.Store.Head;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Flushing;

/// <summary>Cuts at the hour, headers, late batches, and no garbage for each sample.</summary>
public sealed class SegmentBuilderTests
{
    private const long Hour = 3_600_000;

    [Fact]
    public void TryNext_SamplesAroundHours_CutsAtEachFullHourAlsoBefore1970()
    {
        var generation = new Generation(new SlabPool(0), default);
        generation.Append(Batch(1, (-1, 1), (0, 2), (Hour - 1, 3), (Hour, 4), (-Hour, 5), (-Hour - 1, 6)), 1);

        Assert.Equal([(-Hour - 1, -Hour - 1, 1), (-Hour, -1, 2), (0, Hour - 1, 2), (Hour, Hour, 1)], Segments(generation).Select(s => (s.Start, s.End, s.Count)));
    }

    [Fact]
    public void TryNext_WithNaN_HeaderSaysThatItDoesNotAnswer()
    {
        var generation = new Generation(new SlabPool(0), default);
        generation.Append(Batch(1, (1, double.NaN), (2, 5), (3, -1), (4, double.NaN)), 1);

        var segment = Assert.Single(Segments(generation));

        Assert.Equal((-1.0, 5.0, true), (segment.Min, segment.Max, double.IsNaN(segment.Sum)));
    }

    [Fact]
    public void TryNext_LateBatches_GetSegmentsWithTheirOwnStamps()
    {
        var generation = new Generation(new SlabPool(0), new BatchStamp(10, 0, 0));
        generation.Append(Batch(3, (1, 3)), 1);
        generation.Append(Batch(11, (2, 11)), 2);
        generation.Append(Batch(2, (1, 2)), 3);

        Assert.Equal([(11, 2), (2, 1), (3, 1)], Segments(generation).Select(s => (s.Stamp, s.Start)));
    }

    [Fact]
    public void TryNext_LateBatchThatRepeatsATime_KeepsTheLastOfIt()
    {
        var generation = new Generation(new SlabPool(0), new BatchStamp(10, 0, 0));
        generation.Append(Batch(2, [.. Enumerable.Range(0, 100).Select(i => (i % 3 * 1000L, (double)i))]), 1);

        var segment = Assert.Single(Segments(generation));

        Assert.Equal((3, 97.0, 99.0, 294.0), (segment.Count, segment.Min, segment.Max, segment.Sum));
    }

    [Fact]
    public void AppendAndBuild_ManySamples_AllocateNothingForEach()
    {
        var pool = new SlabPool(64 << 20);
        var batch = Batch(1, [.. Enumerable.Range(0, 60_000).Select(i => (i * 1000L, Math.Round(i * 0.01, 2)))]);
        using var builder = new SegmentBuilder();
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        // Chunks of 1,024 samples, the dictionary and the lists: far less than a byte a sample would be.
        Assert.InRange(allocated, 0, 30_000);

        void Run()
        {
            var generation = new Generation(pool, default);
            generation.Append(batch, 1);
            foreach (var (id, buffer) in generation.Series)
            {
                builder.Begin(generation, id, buffer);
                while (builder.TryNext(out _))
                {
                    // Only the work counts.
                }
            }

            generation.Release();
        }
    }

    private static List<(long Start, long End, int Count, double Min, double Max, double Sum, long Stamp)> Segments(Generation generation)
    {
        using var builder = new SegmentBuilder();
        var segments = new List<(long, long, int, double, double, double, long)>();
        foreach (var (id, buffer) in generation.Series)
        {
            builder.Begin(generation, id, buffer);
            while (builder.TryNext(out var row)) segments.Add((row.StartTime, row.EndTime, row.Count, row.Min, row.Max, row.Sum, row.Stamp.ReceivedAt));
        }

        return segments;
    }

    private static SampleBatch Batch(long stamp, params (long, double)[] samples) => SampleBatch.Of(Guid.Empty, new BatchStamp(stamp, 0, 0), 0, [(1, (SeriesDescriptor?)null, samples)]);
}

using PerfPlatform.Analysis.Queries;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Queries;

/// <summary>A day at 1 s is asked for again and again: large objects would have everything collected every few answers, and the answer that meets it takes ten times as long.</summary>
public sealed class RangeAllocationTests
{
    private const int LargeObject = 85_000;
    private const int Samples = 86_400;

    [Fact]
    public void Query_OfADayOfRawPointsWithBuffersThatServedBefore_AllocatesTheAnswerAndLittleMore()
    {
        using var store = new MemoryStore(MetricKind.Gauge);
        store.Write(new BatchStamp(1, 1, 1), [.. Enumerable.Range(0, Samples).Select(i => (LabelSet.Empty, i * 1000L, i % 100 * 0.25))]);
        store.Flush();
        using var buffers = new SampleMerge();
        var plan = RangePlan.Of(new RangeQuery { Selector = SeriesSelector.Of("m"), From = DateTimeOffset.UnixEpoch, To = DateTimeOffset.UnixEpoch.AddDays(1) });
        for (var i = 0; i < 3; i++) store.Query(plan, buffers: buffers);

        var before = GC.GetAllocatedBytesForCurrentThread();
        var line = Assert.Single(store.Query(plan, buffers: buffers));
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal((Samples, Samples), (line.Times.Count, line.Values.Count));
        Assert.InRange(allocated, Samples * 16, Samples * 16 * 5 / 4);
        Assert.All(Assert.IsType<RawTimes>(line.Times).Pieces, piece => Assert.True(piece.Length * sizeof(long) < LargeObject));
        Assert.All(Assert.IsType<RawValues>(line.Values).Pieces, piece => Assert.True(piece.Length * sizeof(double) < LargeObject));
    }

    [Fact]
    public void Columns_OfPieces_AreReadAsOne()
    {
        var times = Enumerable.Range(0, (2 * ColumnPieces.Length) + 1).Select(i => i * 1000L).ToArray();
        var values = Array.ConvertAll(times, t => t * 0.5);
        values[ColumnPieces.Length] = GapColumn.Gap;

        var (rawTimes, rawValues) = (new RawTimes(times), new RawValues(values));

        Assert.Equal(times, rawTimes);
        Assert.Equal(times, Enumerable.Range(0, rawTimes.Count).Select(i => rawTimes[i]));
        Assert.Equal(values.Select(v => (double?)v), rawValues);
        Assert.Equal(values.Select(v => (double?)v), Enumerable.Range(0, rawValues.Count).Select(i => rawValues[i]));
    }

    [Fact]
    public void Reserve_MoreThanABufferTakes_KeepsWhatTheSeriesHasAndUsesTheBuffersAgain()
    {
        var series = new SeriesSegments();
        for (var round = 0; round < 2; round++)
        {
            var reserved = new List<(byte[] Bytes, int Offset, int Length, byte Mark)>();
            foreach (var length in new[] { 3000, 16_000, 60_000, 200_000, 10, 65_536, 1 })
            {
                var bytes = series.Reserve(length, out var offset);
                bytes.AsSpan(offset, length).Fill((byte)(reserved.Count + 1));
                reserved.Add((bytes, offset, length, (byte)(reserved.Count + 1)));
            }

            Assert.All(reserved, r => Assert.Equal(-1, r.Bytes.AsSpan(r.Offset, r.Length).IndexOfAnyExcept(r.Mark)));
            var before = GC.GetAllocatedBytesForCurrentThread();
            series.Clear();
            foreach (var (_, _, length, _) in reserved) series.Reserve(length, out _);
            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 1000);
            series.Clear();
        }
    }
}

using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Analysis.Store.Compaction;
using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Contracts.Samples;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Compaction;

/// <summary>Merged segments against the rule written plainly: by time, the greatest stamp wins, every bit as it was.</summary>
public sealed class SegmentMergeTests
{
    [Property(MaxTest = 400, Arbitrary = [typeof(Hours)])]
    public void TryNext_OfAnySegments_GivesWhatTheSlowReferenceGives(Hour hour)
    {
        using var merge = new SegmentMerge();
        using var codec = new SegmentCodec();
        Fill(merge, codec, hour); // once before, so that what an earlier series leaves behind would show
        Fill(merge, codec, hour);

        var expected = hour.Segments
            .SelectMany((s, i) => s.Samples.Select(x => (x.Time, x.Value, s.Stamp, Segment: i)))
            .GroupBy(x => x.Time)
            .Select(g => g.OrderBy(x => x.Stamp).ThenBy(x => x.Segment).Last())
            .OrderBy(x => x.Time).ToList();

        Assert.True(merge.TryNext(out var row));
        var (times, values) = (new long[row.Count], new double[row.Count]);
        codec.Decode(row.Data.Span, times, values);
        Assert.Equal(expected.Select(x => x.Time), times);
        Assert.Equal(expected.Select(x => BitConverter.DoubleToInt64Bits(x.Value)), values.Select(BitConverter.DoubleToInt64Bits));
        Assert.Equal((7, times[0], times[^1], hour.Segments.Max(s => s.Stamp)), (row.SeriesId, row.StartTime, row.EndTime, row.Stamp));
        Assert.Equal((values[0], values[^1]), (row.First, row.Last));
        var numbers = values.Where(v => !double.IsNaN(v)).ToList();
        Assert.Equal(numbers.Count == 0 ? double.NaN : numbers.Min(), row.Min);
        Assert.Equal(numbers.Count == 0 ? double.NaN : numbers.Max(), row.Max);
        Assert.Equal(values.Sum(), row.Sum);
        Assert.False(merge.TryNext(out _));
    }

    [Fact]
    public void Add_DamagedBytes_Throws()
    {
        using var merge = new SegmentMerge();
        merge.Begin(1);

        Assert.Throws<InvalidDataException>(() => merge.Add(default, [1, 1, 200]));
    }

    [Fact]
    public void Merge_ManySegments_AllocatesNothingForEachSample()
    {
        using var merge = new SegmentMerge();
        using var codec = new SegmentCodec();
        var segments = Enumerable.Range(0, 240).Select(i => Encode(codec, [.. Enumerable.Range(0, 15).Select(j => (((i * 15) + j) * 1000L, (double)((i * j) % 7)))])).ToArray();
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();

        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000);

        void Run()
        {
            merge.Begin(1);
            foreach (var segment in segments) merge.Add(default, segment);
            merge.Sort();
            Assert.True(merge.TryNext(out var row) && row.Count == 3600);
        }
    }

    [Fact]
    public void TryNext_OfAnHourThatIsLongerThanAThirdOfAPage_CutsItInTimeAndLosesNothing()
    {
        using var merge = new SegmentMerge();
        using var codec = new SegmentCodec();
        var (random, counter) = (new Random(6), 0.0);
        (long Time, double Value)[] hour = [.. Enumerable.Range(0, 3600).Select(i => (i * 1000L, counter += random.Next(100)))];
        merge.Begin(1);
        merge.Add(new BatchStamp(5, 0, 1), Encode(codec, hour[..2000]));
        merge.Add(new BatchStamp(6, 0, 1), Encode(codec, hour[2000..]));
        merge.Sort();

        var samples = new List<(long, double)>();
        var lengths = new List<int>();
        while (merge.TryNext(out var row))
        {
            var (times, values) = (new long[row.Count], new double[row.Count]);
            codec.Decode(row.Data.Span, times, values);
            Assert.Equal((times[0], times[^1], new BatchStamp(6, 0, 1)), (row.StartTime, row.EndTime, row.Stamp));
            Assert.Equal((values[0], values[^1], values.Min(), values.Max(), values.Sum()), (row.First, row.Last, row.Min, row.Max, row.Sum));
            samples.AddRange(times.Zip(values));
            lengths.Add(row.Data.Length);
        }

        Assert.Equal(hour, samples);
        Assert.Equal(2, lengths.Count);
        Assert.InRange(lengths[0], SegmentPages.Third - 100, SegmentPages.Third);
    }

    private static void Fill(SegmentMerge merge, SegmentCodec codec, Hour hour)
    {
        merge.Begin(7);
        foreach (var segment in hour.Segments) merge.Add(segment.Stamp, Encode(codec, segment.Samples));
        merge.Sort();
    }

    private static byte[] Encode(SegmentCodec codec, (long Time, double Value)[] samples)
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode([.. samples.Select(s => s.Time)], [.. samples.Select(s => s.Value)], buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>A segment as it stands in the table: its times ascend.</summary>
    public sealed record Segment(BatchStamp Stamp, (long Time, double Value)[] Samples);

    /// <summary>The segments of one series and hour.</summary>
    public sealed record Hour(Segment[] Segments);

    /// <summary>Few times and few stamps, so that they often meet.</summary>
    public static class Hours
    {
        public static Arbitrary<Hour> Hour() => Segments().NonEmptyListOf().Select(s => new Hour([.. s])).ToArbitrary();

        private static Gen<Segment> Segments() =>
            from at in Gen.Choose(1, 4)
            from sequence in Gen.Choose(0, 2)
            from start in Gen.Choose(0, 30)
            from gaps in Gen.Choose(1, 3).NonEmptyListOf()
            from values in Gen.OneOf(Gen.Choose(-5, 5).Select(i => i / 10.0), Gen.Elements(double.NaN, -0.0, double.PositiveInfinity, double.Epsilon)).ArrayOf(gaps.Count)
            let times = gaps.Select((_, i) => start + gaps.Take(i).Sum()).ToArray()
            select new Segment(new BatchStamp(at, 0, sequence), [.. times.Select((t, i) => ((long)t, values[i]))]);
    }
}

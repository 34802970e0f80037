using System.Buffers;
using PerfPlatform.Analysis.Store.Recent;
using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Contracts.Samples;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Recent;

/// <summary>Joined windows hold the same samples in fewer, longer segments.</summary>
public sealed class RecentMergeTests : IDisposable
{
    private readonly RecentMerge _merge = new();
    private readonly SegmentCodec _codec = new();

    [Fact]
    public void Run_OverManyFlushes_KeepsEverySampleInFewSegments()
    {
        var recent = new RecentSegments(long.MaxValue);
        for (var flush = 0; flush < 100; flush++)
        {
            recent.Add(Window(flush * 15_000L, 15, false, flush % 2 == 0 ? [1, 2, 9] : [2, 9]), long.MinValue);
            _merge.Run(recent);
        }

        Assert.InRange(recent.View.Windows.Length, 1, 24);
        Assert.Equal(Enumerable.Range(0, 1500).Select(i => (i * 1000L, i * 0.5)), Samples(recent, 2));
        Assert.Equal(Enumerable.Range(0, 1500).Where(i => i / 15 % 2 == 0).Select(i => (i * 1000L, i * 0.5)), Samples(recent, 1));
    }

    [Fact]
    public void Join_OfSegmentsThatOverlap_LeavesThemWithTheirStamps()
    {
        var joined = _merge.Join([Window(0, 10, false, 1), Window(5000, 10, false, 1), Window(100_000, 10, false, 1), Window(200_000, 10, false, 1)]);

        var segments = joined.At(0).ToArray();
        Assert.Equal([0, 5000, 100_000], segments.Select(s => s.Start)); // the third and the fourth are one
        Assert.Equal([new BatchStamp(0, 1, 1), new BatchStamp(5000, 1, 1), new BatchStamp(200_000, 1, 1)], segments.Select(s => joined.Stamp(s)));
    }

    [Fact]
    public void Join_OfALateSegment_LeavesItAsItIs()
    {
        var joined = _merge.Join([Window(0, 10, false, 1), Window(20_000, 10, true, 1), Window(40_000, 10, false, 1), Window(60_000, 10, false, 1)]);

        Assert.Equal([(0, false, 10), (20_000, true, 10), (40_000, false, 20)], joined.At(0).ToArray().Select(s => (s.Start, s.IsLate, s.Count)));
    }

    public void Dispose()
    {
        _merge.Dispose();
        _codec.Dispose();
    }

    private List<(long, double)> Samples(RecentSegments recent, int series)
    {
        var segments = new List<StoredSegment>();
        new RecentReader(recent.View).Read(series, long.MinValue, long.MaxValue, segments);
        var samples = new List<(long, double)>();
        foreach (var segment in segments)
        {
            var (times, values) = (new long[segment.Count], new double[segment.Count]);
            _codec.Decode(segment.Data, times, values);
            samples.AddRange(times.Zip(values));
        }

        return samples;
    }

    /// <summary>Samples a second apart whose value tells their time.</summary>
    private RecentWindow Window(long start, int count, bool late, params int[] seriesIds)
    {
        var times = Enumerable.Range(0, count).Select(i => start + (i * 1000L)).ToArray();
        var data = new ArrayBufferWriter<byte>();
        _codec.Encode(times, times.Select(t => t / 2000.0).ToArray(), data);
        var builder = new RecentWindowBuilder();
        foreach (var id in seriesIds) builder.Add(id, times[0], times[^1], count, new BatchStamp(start, 1, 1), isLate: late, data.WrittenSpan);
        return builder.Build()!;
    }
}

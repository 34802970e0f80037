using FsCheck.Xunit;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Contracts.Samples;

public sealed class SampleBatchCodecTests
{
    private static readonly BatchStamp Stamp = new(1_790_000_000_000, 7, 1);

    [Property(Arbitrary = [typeof(BatchGenerators)], MaxTest = 300)]
    public void Decode_OfEncoded_BringsEveryBitBack(SampleBatch batch) => AssertSame(batch, SampleBatchCodec.Decode(SampleBatchCodec.Encode(batch)));

    [Fact]
    public void Decode_OfEmptyBatch_IsEmpty()
    {
        var batch = SampleBatchCodec.Decode(SampleBatchCodec.Encode(SampleBatch.Of(Guid.Empty, Stamp, 3)));
        Assert.Equal((0, 0, 3, Stamp), (batch.SampleCount, batch.Series.Length, batch.Partition, batch.Stamp));
    }

    [Fact]
    public void Decode_OfOneSample_IsIt()
    {
        var batch = SampleBatch.Of(Guid.NewGuid(), Stamp, 0, (42, null, [(long.MinValue, -0.0)]));
        AssertSame(batch, SampleBatchCodec.Decode(SampleBatchCodec.Encode(batch)));
    }

    [Theory]
    [InlineData(1, 1_000_000)]
    [InlineData(1_000_000, 1)]
    [InlineData(1000, 1000)]
    public void Decode_OfAMillionSamples_BringsEveryBitBack(int series, int each)
    {
        var random = new Random(1);
        var entries = new BatchSeries[series];
        var times = new long[series * each];
        var values = new double[series * each];
        for (var s = 0; s < series; s++)
        {
            entries[s] = new BatchSeries(s + 1, null, s * each, each);
            for (var i = 0; i < each; i++)
            {
                times[s * each + i] = 1_790_000_000_000 + i * 1000L;
                values[s * each + i] = s % 2 == 0 ? random.NextDouble() : random.Next(1000) / 10.0;
            }
        }

        var batch = new SampleBatch(Guid.NewGuid(), Stamp, 0, entries, series, times, values, times.Length);
        AssertSame(batch, SampleBatchCodec.Decode(SampleBatchCodec.Encode(batch)));
    }

    [Fact]
    public void Encode_OfOverlappingRanges_WritesSeriesOneAfterAnother()
    {
        var batch = new SampleBatch(Guid.NewGuid(), Stamp, 0, [new BatchSeries(1, null, 1, 2), new BatchSeries(2, null, 0, 2)], 2, [10, 20, 30], [1, 2, 3], 3);
        var decoded = SampleBatchCodec.Decode(SampleBatchCodec.Encode(batch));
        Assert.Equal([20, 30, 10, 20], decoded.Times);
        Assert.Equal([2, 3, 1, 2], decoded.Values);
    }

    [Fact]
    public void Encode_OfRegularDecimals_TakesFewBytesASample()
    {
        // 2,000 series as a scrape brings them: one time, counters, percentages with a digit or two, and values that do not change.
        var random = new Random(2);
        var entries = new BatchSeries[2000];
        var times = new long[2000];
        var values = new double[2000];
        for (var i = 0; i < 2000; i++)
        {
            (entries[i], times[i]) = (new BatchSeries(i + 1, null, i, 1), 1_790_000_000_000);
            values[i] = (i % 3) switch { 0 => random.Next(1_000_000), 1 => random.Next(10_000) / 100.0, _ => 1 };
        }

        var bytes = SampleBatchCodec.Encode(new SampleBatch(Guid.NewGuid(), Stamp, 0, entries, 2000, times, values, 2000));
        Assert.InRange(bytes.Length, 1, 2000 * 3);
    }

    [Fact]
    public void Encode_OfMoreThanTheBound_SaysSplitIt()
    {
        var count = SampleBatchCodec.MaxBodyBytes / 2 + 1;
        var batch = new SampleBatch(Guid.Empty, Stamp, 0, [new BatchSeries(1, null, 0, count)], 1, new long[count], new double[count], count);
        Assert.Contains("split it", Assert.Throws<ArgumentException>(() => SampleBatchCodec.Encode(batch)).Message, StringComparison.Ordinal);
    }

    internal static void AssertSame(SampleBatch expected, SampleBatch actual)
    {
        Assert.Equal((expected.Epoch, expected.Stamp, expected.Partition), (actual.Epoch, actual.Stamp, actual.Partition));
        Assert.Equal(expected.Series.Length, actual.Series.Length);
        for (var s = 0; s < expected.Series.Length; s++)
        {
            var (e, a) = (expected.Series[s], actual.Series[s]);
            Assert.Equal((e.Id, e.Count), (a.Id, a.Count));
            AssertSame(e.Descriptor, a.Descriptor);
            Assert.True(expected.Times.Slice(e.Start, e.Count).SequenceEqual(actual.Times.Slice(a.Start, a.Count)));
            for (var i = 0; i < e.Count; i++)
            {
                Assert.Equal(BitConverter.DoubleToInt64Bits(expected.Values[e.Start + i]), BitConverter.DoubleToInt64Bits(actual.Values[a.Start + i]));
            }
        }
    }

    private static void AssertSame(SeriesDescriptor? expected, SeriesDescriptor? actual)
    {
        Assert.Equal(expected?.Metric, actual?.Metric);
        Assert.Equal(expected?.Labels, actual?.Labels);
        Assert.Equal(expected?.Metadata, actual?.Metadata);
        Assert.Equal((expected?.Kind, expected?.Unit, expected?.Fingerprint), (actual?.Kind, actual?.Unit, actual?.Fingerprint));
    }
}

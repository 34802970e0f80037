using System.Buffers;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Analysis.Store.Segments;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Segments;

/// <summary>Every bit of every double and time comes back, and damaged bytes are refused, not believed.</summary>
public sealed class SegmentCodecTests
{
    [Property(MaxTest = 400, Arbitrary = [typeof(Columns)])]
    public void Decode_OfEncoded_GivesTheSameBits(Column column) => AssertRoundTrip(column.Times, column.Values);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(100_000)]
    public void Decode_OfConstantStepAndValue_GivesTheSameAndCostsNothingASample(int count)
    {
        var times = Enumerable.Range(0, count).Select(i => 1_790_000_000_000 + (i * 1000L)).ToArray();
        var bytes = AssertRoundTrip(times, Enumerable.Repeat(-0.0, count).ToArray());
        Assert.InRange(bytes.Length, 1, 24);
    }

    [Fact]
    public void Encode_OfPercentages_TakesLittleMoreThanAByteAValue()
    {
        var random = new Random(1);
        var values = Enumerable.Range(0, 3600).Select(_ => Math.Round(0.4 + (random.NextDouble() * 0.01), 4)).ToArray();
        var bytes = AssertRoundTrip([.. values.Select((_, i) => i * 1000L)], values);
        Assert.InRange(bytes.Length / 3600.0, 0.5, 1.8);
    }

    [Fact]
    public void Decode_OfExtremes_GivesTheSameBits() =>
        AssertRoundTrip(
            [long.MinValue, -1, 0, 1, long.MaxValue, 5, 5],
            [double.NaN, BitConverter.Int64BitsToDouble(0x7FF8_0000_DEAD_BEEF), -0.0, double.NegativeInfinity, double.Epsilon, double.MaxValue, 9_007_199_254_740_993]);

    [Property(MaxTest = 400, Arbitrary = [typeof(Columns)])]
    public void Decode_OfDamagedBytes_ThrowsOrGivesSamplesButNothingElse(Column column, int at, byte value)
    {
        using var codec = new SegmentCodec();
        var bytes = Encode(codec, column.Times, column.Values);
        bytes[(int)((uint)at % (uint)bytes.Length)] = value;
        try
        {
            var count = SegmentCodec.Count(bytes);
            if (count <= 100_000) codec.Decode(bytes, new long[count], new double[count]);
        }
        catch (InvalidDataException)
        {
            // Refused, as it should be.
        }
    }

    [Property(MaxTest = 100, Arbitrary = [typeof(Columns)])]
    public void Decode_OfCutBytes_Throws(Column column)
    {
        using var codec = new SegmentCodec();
        var bytes = Encode(codec, column.Times, column.Values);
        Assert.Throws<InvalidDataException>(() => codec.Decode(bytes.AsSpan(0, bytes.Length - 1), new long[column.Times.Length], new double[column.Times.Length]));
    }

    private static byte[] AssertRoundTrip(long[] times, double[] values)
    {
        using var codec = new SegmentCodec();
        var bytes = Encode(codec, times, values);
        Assert.Equal(times.Length, SegmentCodec.Count(bytes));
        var (readTimes, readValues) = (new long[times.Length], new double[times.Length]);
        codec.Decode(bytes, readTimes, readValues);
        Assert.Equal(times, readTimes);
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), readValues.Select(BitConverter.DoubleToInt64Bits));
        return bytes;
    }

    private static byte[] Encode(SegmentCodec codec, long[] times, double[] values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode(times, values, buffer);
        return buffer.WrittenSpan.ToArray();
    }

    /// <summary>Two columns of one length, at least one long.</summary>
    public sealed record Column(long[] Times, double[] Values);

    /// <summary>Columns of every habit: steady and wild times; constants, counters, decimals, smooth curves and arbitrary bits.</summary>
    public static class Columns
    {
        public static Arbitrary<Column> Column() =>
            (from count in Gen.Frequency((3, Gen.Choose(1, 20)), (1, Gen.Choose(1, 700)))
             from times in Times(count)
             from values in Values(count)
             select new Column(times, values)).ToArbitrary();

        private static Gen<long[]> Times(int count)
        {
            var any = ArbMap.Default.GeneratorFor<long>();
            return Gen.OneOf(
                from start in any
                from step in Gen.Choose(-5000, 5000)
                select Enumerable.Range(0, count).Select(i => unchecked(start + ((long)i * step))).ToArray(),
                from jitter in Gen.Choose(-9, 9).ArrayOf(count)
                select jitter.Select((j, i) => 1_790_000_000_000 + (i * 1000L) + j).ToArray(),
                any.ArrayOf(count));
        }

        private static Gen<double[]> Values(int count)
        {
            var bits = ArbMap.Default.GeneratorFor<long>().Select(BitConverter.Int64BitsToDouble);
            var special = Gen.Elements(0.0, -0.0, double.NaN, double.PositiveInfinity, double.NegativeInfinity, double.Epsilon, 1e15, 0.1, 1 / 3.0, 9_007_199_254_740_992);
            return Gen.OneOf(
                special.Select(v => Enumerable.Repeat(v, count).ToArray()),
                Gen.Choose(0, int.MaxValue).ArrayOf(count).Select(a => a.Select(i => i / 100.0).ToArray()),
                Gen.Choose(0, 1000).ArrayOf(count).Select(a => a.Select((v, i) => (double)(v + (i * 1000L))).ToArray()),
                Gen.Choose(1, 1000).Select(f => Enumerable.Range(0, count).Select(i => Math.Sin(i / (double)f)).ToArray()),
                special.ArrayOf(count),
                bits.ArrayOf(count));
        }
    }
}

using System.Buffers;
using FsCheck.Xunit;
using PerfPlatform.Analysis.Store.Segments;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Segments;

/// <summary>Every bit of every double and time comes back, and what is written is what the documents say.</summary>
public sealed class SegmentCodecTests
{
    [Property(MaxTest = 1500, Arbitrary = [typeof(SegmentColumns)])]
    public void Decode_OfEncoded_GivesTheSameBits(SegmentColumn column) => AssertRoundTrip(column.Times, column.Values);

    [Property(MaxTest = 600, Arbitrary = [typeof(SegmentColumns)])]
    public void Encode_OfAny_IsReadByTheSlowReference(SegmentColumn column)
    {
        using var codec = new SegmentCodec();

        var (times, values) = new ReferenceReader(Encode(codec, column.Times, column.Values)).Read();

        AssertSame(column.Times, column.Values, times, values);
    }

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
    public void Decode_OfExtremes_GivesTheSameBits() =>
        AssertRoundTrip(
            [long.MinValue, -1, 0, 1, long.MaxValue, 5, 5],
            [double.NaN, BitConverter.Int64BitsToDouble(0x7FF8_0000_DEAD_BEEF), -0.0, double.NegativeInfinity, double.Epsilon, double.MaxValue, 9_007_199_254_740_993]);

    [Property(MaxTest = 200, Arbitrary = [typeof(SegmentColumns)])]
    public void DecodeValues_WhereTheStepIsConstant_GivesTheSameBits(SegmentColumn column)
    {
        using var codec = new SegmentCodec();
        var bytes = Encode(codec, column.Times, column.Values);
        var values = new double[column.Values.Length];
        var constant = column.Times.Zip(column.Times.Skip(1), (a, b) => unchecked(b - a)).Distinct().Count() <= 1;

        Assert.Equal(constant, SegmentCodec.TryConstantStep(bytes, out var first, out var step));
        if (constant)
        {
            codec.DecodeValues(bytes, values);
            AssertSame(column.Times, column.Values, [.. values.Select((_, i) => unchecked(first + (i * step)))], values);
        }
        else
        {
            Assert.Throws<InvalidDataException>(() => codec.DecodeValues(bytes, values));
        }
    }

    [Property(MaxTest = 1000, Arbitrary = [typeof(SegmentColumns)])]
    public void DecodeRange_OfAscendingTimes_GivesTheSamplesOfTheRange(SegmentColumn column, int first, int last, int beside)
    {
        using var codec = new SegmentCodec();
        var allTimes = column.Times.Distinct().Order().ToArray();
        var allValues = column.Values[..allTimes.Length];
        var bytes = Encode(codec, allTimes, allValues);
        var from = Near(first);
        var to = Near(last);
        var inside = Enumerable.Range(0, allTimes.Length).Where(i => allTimes[i] >= from && allTimes[i] < to).ToArray();
        var (times, values) = (new long[allTimes.Length + 3], new double[allTimes.Length + 3]);

        var count = codec.DecodeRange(bytes, from, to, times, values);

        AssertSame([.. inside.Select(i => allTimes[i])], [.. inside.Select(i => allValues[i])], times[..count], values[..count]);

        long Near(int index) => index == 0 ? (beside % 2 == 0 ? long.MinValue : long.MaxValue) : unchecked(allTimes[(int)((uint)index % (uint)allTimes.Length)] + (beside % 3));
    }

    [Theory]
    [InlineData(0, 3600)]
    [InlineData(1, 2)]
    [InlineData(127, 130)]
    [InlineData(128, 129)]
    [InlineData(1300, 2300)]
    [InlineData(3599, 3600)]
    [InlineData(3600, 9999)]
    public void DecodeRange_OfAnHourOfEveryHabit_GivesTheSamplesOfTheRange(int from, int to)
    {
        using var codec = new SegmentCodec();
        var (times, values) = (new long[3600], new double[3600]);
        foreach (var habit in SegmentHabits.All)
        {
            var (allTimes, allValues) = SegmentHabits.Draw(habit, 3600);
            var end = Math.Min(to, 3600);

            var count = codec.DecodeRange(Encode(codec, allTimes, allValues), from < 3600 ? allTimes[from] : allTimes[^1] + 1, to < 3600 ? allTimes[to] : long.MaxValue, times, values);

            AssertSame(allTimes[from..end], allValues[from..end], times[..count], values[..count]);
        }
    }

    [Theory]
    [InlineData(0, false)]
    [InlineData(1, false)]
    [InlineData(1, true)]
    [InlineData(2, false)]
    [InlineData(2, true)]
    [InlineData(3, false)]
    [InlineData(3, true)]
    public void Decode_OfVersion1_GivesWhatWasWrittenThen(int form, bool compress)
    {
        var random = new Random(form);
        var times = Enumerable.Range(0, 500).Select(i => 1_790_000_000_000 + (i * 1000L) + (compress ? random.Next(3) : 0)).ToArray();
        var values = Enumerable.Range(0, 500).Select(i => form switch { 0 => 7.5, 1 => random.Next(-50, 50), _ => Math.Sin(i / 9) }).ToArray();
        using var codec = new SegmentCodec();
        var bytes = Version1Writer.Write(times, values, form, compress);
        var (readTimes, readValues) = (new long[500], new double[500]);

        Assert.Equal(500, SegmentCodec.Count(bytes));
        Assert.False(SegmentCodec.TryConstantStep(bytes, out _, out _));
        codec.Decode(bytes, readTimes, readValues);

        AssertSame(times, values, readTimes, readValues);
        Assert.Equal(200, codec.DecodeRange(bytes, times[100], times[300], readTimes, readValues));
        AssertSame(times[100..300], values[100..300], readTimes[..200], readValues[..200]);
    }

    [Fact]
    public void Encode_AndDecode_AllocateNothingForEachSample()
    {
        using var codec = new SegmentCodec();
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        var columns = SegmentHabits.All.Select(habit => SegmentHabits.Draw(habit, 3600)).ToArray();
        var (times, values) = (new long[3600], new double[3600]);
        Run();
        var before = GC.GetAllocatedBytesForCurrentThread();
        Run();

        // The compressor makes small objects for each frame: less than a byte a sample all the same.
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 20_000);

        void Run()
        {
            foreach (var column in columns)
            {
                buffer.ResetWrittenCount();
                codec.Encode(column.Times, column.Values, buffer);
                codec.Decode(buffer.WrittenSpan, times, values);
            }
        }
    }

    private static byte[] AssertRoundTrip(long[] times, double[] values)
    {
        using var codec = new SegmentCodec();
        var bytes = Encode(codec, times, values);
        Assert.Equal(times.Length, SegmentCodec.Count(bytes));
        var (readTimes, readValues) = (new long[times.Length], new double[times.Length]);
        codec.Decode(bytes, readTimes, readValues);
        AssertSame(times, values, readTimes, readValues);
        return bytes;
    }

    private static void AssertSame(long[] times, double[] values, long[] readTimes, double[] readValues)
    {
        Assert.Equal(times, readTimes);
        Assert.Equal(values.Select(BitConverter.DoubleToInt64Bits), readValues.Select(BitConverter.DoubleToInt64Bits));
    }

    private static byte[] Encode(SegmentCodec codec, long[] times, double[] values)
    {
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode(times, values, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}

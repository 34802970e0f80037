using System.Buffers;
using PerfPlatform.Analysis.Store.Segments;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Segments;

/// <summary>How few bytes a sample takes: what the forms were chosen for. An hour at 1 s; the bounds are a little above what is reached.</summary>
public sealed class SegmentSizeTests
{
    [Theory]
    [InlineData("counter", 0.91)] // 0.83 is what 100 equally likely increments need at the least
    [InlineData("gauge", 0.91)]
    [InlineData("rare", 0.04)]
    [InlineData("bytes", 1.30)]
    [InlineData("share", 1.25)]
    [InlineData("memory", 2.60)]
    [InlineData("rounded", 1.40)]
    [InlineData("smooth", 5.70)]
    [InlineData("float", 2.90)]
    [InlineData("random", 7.10)]
    [InlineData("stale", 0.05)]
    [InlineData("jitter", 1.30)]
    public void Encode_OfAnHour_TakesFewBytesASample(string habit, double most)
    {
        var (times, values) = SegmentHabits.Draw(habit, 3600);

        Assert.InRange(Encode(times, values).Length / 3600.0, 0, most);
    }

    [Fact]
    public void Encode_OfTimesThatAreSometimesLate_TakesLittleForThem()
    {
        var random = new Random(3);
        var times = Enumerable.Range(0, 3600).Select(i => 1_790_000_000_000 + (i * 1000L) + (random.Next(50) == 0 ? random.Next(200) : 0)).ToArray();

        Assert.InRange(Encode(times, new double[3600]).Length / 3600.0, 0, 0.12);
    }

    [Fact]
    public void Encode_OfAFlush_StaysBelowThreeBytesASample()
    {
        var (times, values) = SegmentHabits.Draw("counter", 15);

        Assert.InRange(Encode(times, values).Length / 15.0, 0, 3);
    }

    private static byte[] Encode(long[] times, double[] values)
    {
        using var codec = new SegmentCodec();
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode(times, values, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}

using System.Buffers;
using FsCheck.Xunit;
using PerfPlatform.Analysis.Store.Segments;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Store.Segments;

/// <summary>Damaged bytes are refused with the exception that is declared, or give some samples; never anything else, and never much memory.</summary>
public sealed class SegmentDamageTests
{
    [Property(MaxTest = 600, Arbitrary = [typeof(SegmentColumns)])]
    public void Decode_OfDamagedBytes_ThrowsOrGivesSamplesButNothingElse(SegmentColumn column, int[] places, byte value)
    {
        var bytes = Encode(column.Times, column.Values);
        foreach (var place in places.Append(7)) bytes[(int)((uint)place % (uint)bytes.Length)] ^= (byte)(value | 1);
        AssertRefusedOrRead(bytes);
    }

    [Property(MaxTest = 600)]
    public void Decode_OfAnyBytes_ThrowsOrGivesSamplesButNothingElse(byte version, byte count, byte[] rest) =>
        AssertRefusedOrRead([(byte)(1 + (version % 2)), .. version % 2 == 0 ? new[] { (byte)(rest.Length % 4) } : [], (byte)(count & 0x7F), .. rest]);

    [Fact]
    public void Decode_OfSeededMutations_ThrowsOrGivesSamplesButNothingElse()
    {
        var random = new Random(11);
        var segments = SegmentHabits.All.SelectMany(h => new[] { 15, 400 }.Select(n => SegmentHabits.Draw(h, n))).Select(c => Encode(c.Times, c.Values)).ToArray();
        using var codec = new SegmentCodec();
        for (var i = 0; i < 40_000; i++)
        {
            var bytes = segments[i % segments.Length].ToArray();
            for (var m = random.Next(1, 4); m > 0; m--) bytes[random.Next(Math.Min(bytes.Length, m == 1 ? 24 : bytes.Length))] = (byte)random.Next(256);
            AssertRefusedOrRead(bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length), codec);
        }
    }

    [Property(MaxTest = 200, Arbitrary = [typeof(SegmentColumns)])]
    public void Decode_OfCutBytes_Throws(SegmentColumn column)
    {
        var bytes = Encode(column.Times, column.Values);
        using var codec = new SegmentCodec();

        Assert.Throws<InvalidDataException>(() => codec.Decode(bytes.AsSpan(0, bytes.Length - 1), new long[column.Times.Length], new double[column.Times.Length]));
    }

    [Fact]
    public void Decode_OfANestedFormThatIsNotSimpler_Throws()
    {
        // Runs in runs in runs ...: would recurse as deeply as the bytes are long.
        byte[] runs = [18, 1, 0, 2];
        byte[] bytes = [2, 1, 0, 0, .. Enumerable.Repeat(runs, 50_000).SelectMany(r => r)];
        using var codec = new SegmentCodec();

        Assert.Throws<InvalidDataException>(() => codec.Decode(bytes, new long[1], new double[1]));
    }

    [Fact]
    public void Count_OfAnUnknownVersion_Throws() => Assert.Throws<InvalidDataException>(() => SegmentCodec.Count([3, 1, 0, 0]));

    private static void AssertRefusedOrRead(byte[] bytes)
    {
        using var codec = new SegmentCodec();
        AssertRefusedOrRead(bytes, codec);
    }

    private static void AssertRefusedOrRead(ReadOnlySpan<byte> bytes, SegmentCodec codec)
    {
        try
        {
            var count = SegmentCodec.Count(bytes);
            if (count > 100_000) return;
            var (times, values) = (new long[count], new double[count]);
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                codec.DecodeRange(bytes, count / 3 * 1000, long.MaxValue, times, values);
                codec.Decode(bytes, times, values);
            }
            finally
            {
                // Scratch of a few columns, and the tables of the decompressor.
                Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000 + (64L * count));
            }
        }
        catch (InvalidDataException)
        {
            // Refused, as it should be.
        }
    }

    private static byte[] Encode(long[] times, double[] values)
    {
        using var codec = new SegmentCodec();
        var buffer = new ArrayBufferWriter<byte>();
        codec.Encode(times, values, buffer);
        return buffer.WrittenSpan.ToArray();
    }
}

using FsCheck;
using FsCheck.Fluent;
using PerfPlatform.Contracts.Samples;
using Xunit;

namespace PerfPlatform.Tests.Contracts.Samples;

/// <summary>Bytes that no writer of ours made: an answer or <see cref="InvalidDataException"/>, nothing else, and no memory beyond what the bytes justify.</summary>
public sealed class SampleBatchCodecHostileTests
{
    private static readonly byte[][] Seeds = [.. BatchGenerators.AnyBatch().Sample(30, new Rnd(42UL, 1UL), 40).Select(SampleBatchCodec.Encode), LargeSeed()];

    [Fact]
    public void Decode_OfMutatedBytes_AnswersOrRefuses()
    {
        var random = new Random(20240711);
        var refused = 0;
        for (var round = 0; round < 100_000; round++)
        {
            var bytes = Mutate(Seeds[random.Next(Seeds.Length)], random);
            try
            {
                SampleBatchCodec.Decode(bytes);
            }
            catch (InvalidDataException e)
            {
                Assert.NotEmpty(e.Message);
                refused++;
            }
        }

        Assert.InRange(refused, 10_000, 100_000);
    }

    [Fact]
    public void Decode_OfEveryPrefix_Refuses()
    {
        foreach (var seed in Seeds)
        {
            for (var length = 0; length < seed.Length; length++)
            {
                Assert.Throws<InvalidDataException>(() => SampleBatchCodec.Decode(seed.AsSpan(0, length)));
            }
        }
    }

    [Fact]
    public void Decode_OfGreatCountsInFewBytes_AllocatesLittle()
    {
        // A header, then 2^31 - 1 series, 2^31 - 1 samples and nothing more.
        byte[] bytes = [.. Header(flags: 0), 0xFF, 0xFF, 0xFF, 0xFF, 0x07, 0xFF, 0xFF, 0xFF, 0xFF, 0x07];
        Assert.Throws<InvalidDataException>(() => SampleBatchCodec.Decode(bytes));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Throws<InvalidDataException>(() => SampleBatchCodec.Decode(bytes));
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);
    }

    [Fact]
    public void Decode_OfALengthThatTheFrameCannotHold_AllocatesLittle()
    {
        // 64 MB said, 20 bytes there.
        byte[] bytes = [.. Header(flags: 1), 0x80, 0x80, 0x80, 0x20, .. new byte[20]];
        Assert.Throws<InvalidDataException>(() => SampleBatchCodec.Decode(bytes));
        var before = GC.GetAllocatedBytesForCurrentThread();
        Assert.Contains("can hold", Assert.Throws<InvalidDataException>(() => SampleBatchCodec.Decode(bytes)).Message, StringComparison.Ordinal);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 50_000);
    }

    [Fact]
    public void Decode_OfMoreThanTheBound_Refuses()
    {
        byte[] bytes = [.. Header(flags: 1), 0x81, 0x80, 0x80, 0x20, .. new byte[20_000]];
        Assert.Contains("more than 67108864", Assert.Throws<InvalidDataException>(() => SampleBatchCodec.Decode(bytes)).Message, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(0, 0x00, "not a batch")]
    [InlineData(1, 0x02, "version 2")]
    [InlineData(2, 0x80, "flags 80")]
    public void Decode_OfAnotherHeader_SaysWhat(int at, byte value, string message)
    {
        var bytes = SampleBatchCodec.Encode(SampleBatch.Of(Guid.Empty, default, 0));
        bytes[at] = value;
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => SampleBatchCodec.Decode(bytes)).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Decode_OfBytesAfterTheEnd_Refuses()
    {
        byte[] bytes = [.. SampleBatchCodec.Encode(SampleBatch.Of(Guid.Empty, default, 0)), 0];
        Assert.Contains("follow the end", Assert.Throws<InvalidDataException>(() => SampleBatchCodec.Decode(bytes)).Message, StringComparison.Ordinal);
    }

    private static byte[] Header(byte flags) => [0xB5, 1, flags, .. new byte[36], 0];

    // Compressible, so that mutations also fall into the frame.
    private static byte[] LargeSeed() => SampleBatchCodec.Encode(SampleBatch.Of(
        Guid.Empty, default, 0, (5, null, [.. Enumerable.Range(0, 800).Select(i => (1000L * i * i % 77777, i % 7 * 0.25))])));

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = (byte[])seed.Clone();
        for (var i = random.Next(1, 5); i > 0; i--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(5))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] = random.Next(2) == 0 ? (byte)0xFF : (byte)0x00; break;
                case 3: bytes = [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]]; break;
                default:
                    bytes = bytes.Length > 1 ? [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + random.Next(1, 9))..]] : bytes;
                    if (bytes.Length == 0) bytes = [0];
                    break;
            }
        }

        return bytes;
    }
}

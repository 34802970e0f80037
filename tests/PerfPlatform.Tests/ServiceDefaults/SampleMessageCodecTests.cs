using FsCheck.Xunit;
using PerfPlatform.Contracts.Messages;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

/// <summary>The bytes of a message of samples: docs/batch-format.md.</summary>
public sealed class SampleMessageCodecTests
{
    [Property]
    public void Decode_OfEncode_IsTheSame(ushort partition, byte[][] batches)
    {
        byte[][] given = [.. batches.Select(b => b ?? [])];
        var read = SampleMessageCodec.Decode(SampleMessageCodec.Encode(new SamplesIngested { Partition = partition, Batches = given }));
        Assert.Equal(partition, read.Partition);
        Assert.Equal(given, read.Batches);
    }

    [Fact]
    public void Encode_TwoBatches_HasTheBytesOfTheDocument()
    {
        var bytes = SampleMessageCodec.Encode(new SamplesIngested { Partition = 3, Batches = [[0xAA, 0xBB], [0xCC]] });
        Assert.Equal("0103000000" + "02000000" + "02000000AABB" + "01000000CC", Convert.ToHexString(bytes));
    }

    [Property]
    public void Decode_AnyBytes_AreAMessageOrRefused(byte[] bytes)
    {
        try
        {
            var message = SampleMessageCodec.Decode(bytes);
            Assert.Equal(bytes, SampleMessageCodec.Encode(message));
        }
        catch (InvalidDataException)
        {
            // Refused with a reason.
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("02" + "00000000" + "00000000")]
    [InlineData("01" + "FFFFFFFF" + "00000000")]
    [InlineData("01" + "00000000" + "FFFFFF7F")]
    [InlineData("01" + "00000000" + "01000000" + "02000000AA")]
    [InlineData("01" + "00000000" + "01000000" + "FFFFFFFF")]
    [InlineData("01" + "00000000" + "01000000" + "01000000AABB")]
    [InlineData("01" + "00000000" + "02000000" + "00000000AA00000000")]
    public void Decode_BytesThatAreNoMessage_AreRefused(string hex) => Assert.Throws<InvalidDataException>(() => SampleMessageCodec.Decode(Convert.FromHexString(hex)));
}

using System.IO.Compression;
using Microsoft.AspNetCore.Http;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Intake;
using Xunit;
using ZstdSharp;

namespace PerfPlatform.Tests.Ingestion.Intake;

public sealed class IntakeBodyTests
{
    private static readonly byte[] Text = [.. Enumerable.Range(0, 3000).Select(i => (byte)(i * i % 251))];

    private readonly IngestionOptions _options = new() { MaxDecompressedBytes = 10_000 };
    private readonly IntakeGate _gate;

    public IntakeBodyTests() => _gate = new IntakeGate(Microsoft.Extensions.Options.Options.Create(_options));

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task Decompress_BodyThatBreaksOff_IsRefusedWhereverItDoes(string encoding)
    {
        var packed = Packed(Text, encoding);
        Assert.Equal(Text, await UnpackAsync(packed, encoding));
        // Nothing at all is nothing: some compressors write that for an empty body.
        Assert.Empty(await UnpackAsync([], encoding));
        for (var length = 1; length < packed.Length; length++)
        {
            var refused = await Assert.ThrowsAsync<IntakeFormatException>(() => UnpackAsync(packed[..length], encoding));
            Assert.Contains($"says {encoding} and is not", refused.Message, StringComparison.Ordinal);
        }

        Assert.Equal(0, _gate.InFlight);
    }

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task Decompress_SeveralMembers_AreOneBody(string encoding) =>
        Assert.Equal([.. Text, 1, 2], await UnpackAsync([.. Packed(Text, encoding), .. Packed([1, 2], encoding)], encoding));

    [Theory]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task Decompress_Bomb_IsRefusedAndGivesItsRoomBack(string encoding)
    {
        await Assert.ThrowsAsync<IntakeTooLargeException>(() => UnpackAsync(Packed(new byte[1_000_000], encoding), encoding));
        Assert.Equal(0, _gate.InFlight);
    }

    [Theory]
    [InlineData(null, "")]
    [InlineData("identity", "")]
    [InlineData("GZip", "gzip")]
    [InlineData("x-gzip", "gzip")]
    [InlineData("ZSTD", "zstd")]
    [InlineData("gzip, gzip", "gzip, gzip")]
    public void EncodingOf_Header_HasNoCase(string? header, string expected)
    {
        var context = new DefaultHttpContext();
        context.Request.Headers.ContentEncoding = header;
        Assert.Equal(expected, IntakeBody.EncodingOf(context.Request));
    }

    private static byte[] Packed(byte[] body, string encoding)
    {
        using var stream = new MemoryStream();
        using (Stream compressor = encoding == "gzip" ? new GZipStream(stream, CompressionLevel.Fastest) : new CompressionStream(stream)) compressor.Write(body);
        return stream.ToArray();
    }

    private async Task<byte[]> UnpackAsync(byte[] packed, string encoding)
    {
        using var stream = new MemoryStream(packed);
        using var body = await IntakeBody.ReadAsync(stream, packed.Length, _gate, _options, CancellationToken.None);
        if (encoding == "gzip") await body.GunzipAsync(CancellationToken.None);
        else await body.UnzstdAsync(CancellationToken.None);
        return body.Span.ToArray();
    }
}

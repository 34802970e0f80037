using System.IO.Compression;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using PerfPlatform.ServiceDefaults;
using Xunit;

namespace PerfPlatform.Tests.ServiceDefaults;

/// <summary>Answers are compressed where it pays and tells nobody anything.</summary>
public sealed class AnswerCompressionTests
{
    private static readonly string Long = string.Concat(Enumerable.Repeat("{\"value\":0.5},", 2000));

    [Theory]
    [InlineData("gzip, deflate, br, zstd", "br")]
    [InlineData("gzip", "gzip")]
    [InlineData("br;q=0, gzip;q=0.5", "gzip")]
    public async Task LongJson_EncodingAccepted_IsCompressed(string accepted, string encoding)
    {
        var (response, body) = await AnswerAsync(accepted, r => r.WriteAsync(Long));
        Assert.Equal(encoding, response.Headers.ContentEncoding);
        Assert.Equal("Accept-Encoding", response.Headers.Vary);
        Assert.InRange(body.Length, 1, Long.Length / 10);
        Assert.Equal(Long, Decode(body, encoding));
    }

    [Fact]
    public async Task LongJson_WrittenByThePipeInPieces_IsCompressedWhole()
    {
        var (response, body) = await AnswerAsync("br", async r =>
        {
            await r.StartAsync();
            foreach (var piece in Long.Chunk(700)) Encoding.UTF8.GetBytes(piece, r.BodyWriter);
        });
        Assert.Equal("br", response.Headers.ContentEncoding);
        Assert.Equal(Long, Decode(body, "br"));
    }

    [Fact]
    public async Task ContentLength_OfTheLongAnswer_IsNotThatOfTheShortOne()
    {
        var (response, body) = await AnswerAsync("br", r =>
        {
            r.ContentLength = Long.Length;
            return r.WriteAsync(Long);
        });
        Assert.Null(response.ContentLength);
        Assert.Equal(Long, Decode(body, "br"));
    }

    [Theory]
    [InlineData("", "GET", "application/json")]
    [InlineData("identity", "GET", "application/json")]
    [InlineData("br", "POST", "application/json")]
    [InlineData("br", "GET", "text/event-stream")]
    [InlineData("br", "GET", "text/html; charset=utf-8")]
    [InlineData("br", "GET", "application/pdf")]
    public async Task LongAnswer_NotAskedOrNotToBe_IsPlain(string accepted, string method, string type)
    {
        var (response, body) = await AnswerAsync(accepted, r => r.WriteAsync(Long), method, type);
        Assert.Empty(response.Headers.ContentEncoding.ToString());
        Assert.Equal(Long, Encoding.UTF8.GetString(body));
    }

    [Fact]
    public async Task ShortAnswer_IsPlain()
    {
        var (response, body) = await AnswerAsync("br", async r =>
        {
            await r.WriteAsync("{\"a\":");
            await r.WriteAsync("1}");
        });
        Assert.Empty(response.Headers.ContentEncoding.ToString());
        Assert.Equal("{\"a\":1}", Encoding.UTF8.GetString(body));
    }

    [Fact]
    public async Task EncodedAnswer_AsOfAServiceBehindTheProxy_IsLeftAsItIs()
    {
        var (response, body) = await AnswerAsync("br", r =>
        {
            r.Headers.ContentEncoding = "gzip";
            return r.WriteAsync(Long);
        });
        Assert.Equal("gzip", response.Headers.ContentEncoding);
        Assert.Equal(Long, Encoding.UTF8.GetString(body));
    }

    [Fact]
    public async Task NoStore_IsPlain()
    {
        var (response, _) = await AnswerAsync("br", r =>
        {
            r.Headers.CacheControl = "no-store";
            return r.WriteAsync(Long);
        });
        Assert.Empty(response.Headers.ContentEncoding.ToString());
    }

    [Fact]
    public async Task Failure_AfterAFewBytes_LeavesAnEmptyAnswerForTheError()
    {
        var sent = new MemoryStream();
        var context = Context("br", "GET", sent);
        await Assert.ThrowsAsync<TimeoutException>(() => AnswerCompression.InvokeAsync(context, async c =>
        {
            c.Response.ContentType = "application/json";
            await c.Response.WriteAsync("{\"a\":");
            throw new TimeoutException();
        }));
        Assert.Equal(0, sent.Length);
        Assert.Empty(context.Response.Headers.ContentEncoding.ToString());
    }

    private static async Task<(HttpResponse Response, byte[] Body)> AnswerAsync(string accepted, Func<HttpResponse, Task> write, string method = "GET", string type = "application/json; charset=utf-8")
    {
        var sent = new MemoryStream();
        var context = Context(accepted, method, sent);
        await AnswerCompression.InvokeAsync(context, c =>
        {
            c.Response.ContentType = type;
            return write(c.Response);
        });
        await context.Response.CompleteAsync();
        return (context.Response, sent.ToArray());
    }

    private static DefaultHttpContext Context(string accepted, string method, MemoryStream sent)
    {
        var context = new DefaultHttpContext();
        context.Features.Set<IHttpResponseBodyFeature>(new StreamResponseBodyFeature(sent));
        context.Request.Method = method;
        context.Request.Headers.AcceptEncoding = accepted;
        return context;
    }

    private static string Decode(byte[] body, string encoding)
    {
        using Stream decoder = encoding == "br" ? new BrotliStream(new MemoryStream(body), CompressionMode.Decompress) : new GZipStream(new MemoryStream(body), CompressionMode.Decompress);
        using var reader = new StreamReader(decoder);
        return reader.ReadToEnd();
    }
}

using System.IO.Compression;
using System.Text.RegularExpressions;
using Xunit;

namespace PerfPlatform.Integration.Tests.Web;

/// <summary>Scripts and styles as a browser gets them.</summary>
public sealed partial class StaticFileTests(ServersFixture servers)
{
    private static CancellationToken Cancel => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Script_AsABrowserGetsIt_IsCompressedAndKeptForGood()
    {
        await using var host = await WebHost.StartAsync(servers);
        using var client = host.Client();
        var script = await ScriptAsync(client);
        var plain = await client.GetByteArrayAsync(script, Cancel);
        foreach (var encoding in new[] { "br", "gzip" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, script) { Headers = { { "Accept-Encoding", encoding } } };
            using var answer = await client.SendAsync(request, Cancel);
            Assert.Equal([encoding], answer.Content.Headers.ContentEncoding);
            Assert.Equal("max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
            var bytes = await answer.Content.ReadAsByteArrayAsync(Cancel);
            Assert.InRange(bytes.Length, 1, plain.Length / 2);
            Assert.Equal(plain, Decode(bytes, encoding));
        }

        // Without a fingerprint in its name a file is asked for again.
        using var named = await client.GetAsync("/app.css", Cancel);
        Assert.True(named.Headers.CacheControl!.NoCache);
    }

    private static async Task<string> ScriptAsync(HttpClient client) => "/" + Script().Match(await client.GetStringAsync("/sign-in", Cancel)).Groups[1].Value;

    private static byte[] Decode(byte[] bytes, string encoding)
    {
        using Stream decoder = encoding == "br" ? new BrotliStream(new MemoryStream(bytes), CompressionMode.Decompress) : new GZipStream(new MemoryStream(bytes), CompressionMode.Decompress);
        using var decoded = new MemoryStream();
        decoder.CopyTo(decoded);
        return decoded.ToArray();
    }

    [GeneratedRegex("src=\"(dist/main\\.[^\"]+\\.js)\"")]
    private static partial Regex Script();
}

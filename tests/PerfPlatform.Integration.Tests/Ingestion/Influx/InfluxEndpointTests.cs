using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using PerfPlatform.Contracts.Samples;
using Xunit;

namespace PerfPlatform.Integration.Tests.Ingestion.Influx;

public sealed class InfluxEndpointTests(ServersFixture servers) : IAsyncLifetime
{
    private readonly CapturingSink _sink = new();
    private IntakeHost _host = null!;

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync() => _host = await IntakeHost.StartAsync(servers, _sink, ("Ingestion:MaxBodyBytes", "20000"), ("Ingestion:MaxDecompressedBytes", "20000"), ("Ingestion:MaxInFlightBytes", "60000"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData("/api/v1/influx/write?db=telegraf&rp=autogen&precision=ms")]
    [InlineData("/write?db=telegraf&precision=ms&consistency=any")]
    [InlineData("/api/v1/influx/api/v2/write?bucket=b&org=o&precision=ms")]
    [InlineData("/api/v2/write?bucket=b&org=o&precision=ms")]
    public async Task Write_GoodLines_Are204AndStored(string address)
    {
        var now = Now;
        using var answer = await PostAsync(address, $"cpu,host=a usage=0.5,value=2i {now}\nup,host=a value=t {now}\n");
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal([("cpu", "{host=\"a\"}", now, 2.0), ("cpu_usage", "{host=\"a\"}", now, 0.5), ("up", "{host=\"a\"}", now, 1)], _sink.Samples());
    }

    [Fact]
    public async Task Write_Gzip_Is204AndStored()
    {
        var now = Now;
        var packed = new MemoryStream();
        await using (var gzip = new GZipStream(packed, CompressionLevel.Fastest, leaveOpen: true)) await gzip.WriteAsync(Encoding.UTF8.GetBytes($"m v=1 {now}000000"));
        using var content = IntakeHost.Content(packed.ToArray(), "text/plain", "gzip");
        using var answer = await _host.Client.PostAsync("/write", content);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(("m_v", "{}", now, 1.0), Assert.Single(_sink.Samples()));
    }

    [Fact]
    public async Task Write_SomeBadLines_Is400AndTheGoodOnesAreStored()
    {
        using var answer = await PostAsync("/write", "good v=1\nbad\nold v=1 1\ngood w=2\n");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var (error, code, message) = await ErrorAsync(answer);
        Assert.StartsWith("partial write: ", error, StringComparison.Ordinal);
        Assert.Contains("unable to parse 'bad' (line 2): missing fields", error, StringComparison.Ordinal);
        Assert.Contains("the time is more than 2d ago", error, StringComparison.Ordinal);
        Assert.EndsWith(" dropped=2", error, StringComparison.Ordinal);
        Assert.Equal(("invalid", error), (code, message));
        Assert.Equal(["good_v", "good_w"], _sink.Samples().Select(s => s.Metric));
    }

    [Theory]
    [InlineData("Token")]
    [InlineData("Basic")]
    public async Task Write_KeyAsInfluxClientsSendIt_Is204(string scheme)
    {
        var key = _host.Client.DefaultRequestHeaders.Authorization!.Parameter!;
        using var client = _host.Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(scheme, scheme == "Token" ? key : Convert.ToBase64String(Encoding.UTF8.GetBytes("telegraf:" + key)));
        using var content = new StringContent("m v=1");
        using var answer = await client.PostAsync("/api/v2/write", content);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);

        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue(scheme, scheme == "Token" ? key + "x" : Convert.ToBase64String(Encoding.UTF8.GetBytes("telegraf:" + key + "x")));
        using var again = new StringContent("m v=1");
        using var refused = await client.PostAsync("/api/v2/write", again);
        Assert.Equal(HttpStatusCode.Unauthorized, refused.StatusCode);
    }

    [Fact]
    public async Task Write_WhatStopsARequest_IsInTheFormOfInflux()
    {
        using var precision = await PostAsync("/write?precision=d", "m v=1");
        Assert.Equal((HttpStatusCode.BadRequest, "invalid"), (precision.StatusCode, (await ErrorAsync(precision)).Code));
        using var large = await PostAsync("/write", new string('x', 20_001));
        Assert.Equal((HttpStatusCode.RequestEntityTooLarge, "request too large"), (large.StatusCode, (await ErrorAsync(large)).Code));
        using var snappy = IntakeHost.Content([1], "text/plain", "snappy");
        using var encoding = await _host.Client.PostAsync("/write", snappy);
        Assert.Equal((HttpStatusCode.UnsupportedMediaType, "unsupported media type"), (encoding.StatusCode, (await ErrorAsync(encoding)).Code));
        _sink.Failure = new SinkUnavailableException("The store is away.") { RetryAfter = TimeSpan.FromSeconds(3) };
        using var away = await PostAsync("/write", "m v=1");
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "unavailable"), (away.StatusCode, (await ErrorAsync(away)).Code));
        Assert.Equal(TimeSpan.FromSeconds(3), away.Headers.RetryAfter?.Delta);
    }

    private async Task<HttpResponseMessage> PostAsync(string address, string lines)
    {
        using var content = new StringContent(lines);
        return await _host.Client.PostAsync(address, content);
    }

    private static async Task<(string Error, string Code, string Message)> ErrorAsync(HttpResponseMessage answer)
    {
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        string Text(string name) => document.RootElement.GetProperty(name).GetString()!;
        return (Text("error"), Text("code"), Text("message"));
    }
}

using System.IO.Compression;
using System.Net;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using Google.Protobuf;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Tests.Ingestion.Otlp;
using PerfPlatform.Tests.Ingestion.RemoteWrite;
using Xunit;

namespace PerfPlatform.Integration.Tests.Ingestion;

public sealed class IntakeEndpointTests(ServersFixture servers) : IAsyncLifetime
{
    private readonly CapturingSink _sink = new();
    private IntakeHost _host = null!;

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync() =>
        _host = await IntakeHost.StartAsync(servers, _sink, ("Ingestion:MaxBodyBytes", "20000"), ("Ingestion:MaxDecompressedBytes", "20000"), ("Ingestion:MaxInFlightBytes", "60000"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task RemoteWrite_GoodRequest_Is204AndStored()
    {
        var now = Now;
        var answer = await WriteAsync(WriteRequests.Series("up", ["job=a"], (now, 1), (now + 1, 2)), WriteRequests.Series("down", [], (now, 3)));
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal([("down", "{}", now, 3.0), ("up", "{job=\"a\"}", now, 1), ("up", "{job=\"a\"}", now + 1, 2)], _sink.Samples());
        Assert.All(_sink.Batches, batch => Assert.InRange(batch.Stamp.ReceivedAt, now, Now));
    }

    [Fact]
    public async Task RemoteWrite_SomeBadSamples_Is400AndTheGoodOnesAreStored()
    {
        var answer = await WriteAsync(WriteRequests.Series("old", [], (1, 1)), WriteRequests.Series("up", [], (Now, 1)));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("1 samples are stored. 1 sample: the time is more than 2d ago", await DetailAsync(answer), StringComparison.Ordinal);
        Assert.Equal("up", Assert.Single(_sink.Samples()).Metric);
    }

    [Theory]
    [InlineData("application/x-protobuf;proto=io.prometheus.write.v3.Request", "snappy", "Send prometheus.WriteRequest or io.prometheus.write.v2.Request")]
    [InlineData("application/json", "snappy", "application/x-protobuf")]
    [InlineData("application/x-protobuf", "gzip", "Content-Encoding: snappy")]
    [InlineData("application/x-protobuf", null, "Content-Encoding: snappy")]
    public async Task RemoteWrite_OtherHeaders_Are415(string type, string? encoding, string detail)
    {
        var answer = await _host.Client.PostAsync("/api/v1/write", IntakeHost.Content([0], type, encoding));
        Assert.Equal(HttpStatusCode.UnsupportedMediaType, answer.StatusCode);
        Assert.Contains(detail, await DetailAsync(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(new byte[] { 1, 2, 3 }, "snappy")]
    [InlineData(new byte[] { }, "snappy")]
    [InlineData(new byte[] { 0xFF, 0xFF, 0xFF, 0x7F, 0 }, "more bytes than it can hold")]
    public async Task RemoteWrite_NotSnappy_Is400(byte[] body, string detail)
    {
        var answer = await _host.Client.PostAsync("/api/v1/write", IntakeHost.Content(body, "application/x-protobuf", "snappy"));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains(detail, await DetailAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task RemoteWrite_SnappyThatIsNotAWriteRequest_Is400()
    {
        var answer = await _host.Client.PostAsync("/api/v1/write", IntakeHost.RemoteWrite([0x0A, 0x7F, 1]));
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        Assert.Contains("WriteRequest", await DetailAsync(answer), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task AnyIntake_BodyLargerThanTheLimit_Is413(bool chunked)
    {
        var noise = new byte[20_001];
        new Random(1).NextBytes(noise);
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/v1/write") { Content = IntakeHost.Content(noise, "application/x-protobuf", "snappy") };
        request.Headers.TransferEncodingChunked = chunked;
        var answer = await _host.Client.SendAsync(request);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, answer.StatusCode);
        Assert.Contains("20000 bytes", await DetailAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyIntake_BombsOfSnappyAndGzip_Are413()
    {
        var zeros = new byte[20_001];
        var snappy = await _host.Client.PostAsync("/api/v1/write", IntakeHost.RemoteWrite(zeros));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, snappy.StatusCode);
        Assert.Contains("20000 bytes when decompressed", await DetailAsync(snappy), StringComparison.Ordinal);
        var gzip = await _host.Client.PostAsync("/api/v1/samples", IntakeHost.Content(Gzip(zeros), "application/json", "gzip"));
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, gzip.StatusCode);
    }

    [Fact]
    public async Task Otlp_GzipWithRejections_IsPartialSuccess()
    {
        var now = Now;
        var body = OtlpRequests.Request(OtlpRequests.ResourceMetrics(
            [OtlpRequests.Attribute("host.name", "h")],
            OtlpRequests.Gauge("cpu", "1", OtlpRequests.Number(now, 0.5)),
            OtlpRequests.Sum("sum", 0, true, OtlpRequests.Integer(now, 1), OtlpRequests.Integer(now, 2))));
        var answer = await _host.Client.PostAsync("/v1/metrics", IntakeHost.Content(Gzip(body), "application/x-protobuf", "gzip"));
        Assert.Equal((HttpStatusCode.OK, "application/x-protobuf"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var partial = Fields(Fields(await answer.Content.ReadAsByteArrayAsync())[1].Bytes);
        Assert.Equal(2, partial[1].Number);
        Assert.Contains("sum: aggregation_temporality", Encoding.UTF8.GetString(partial[2].Bytes), StringComparison.Ordinal);
        Assert.Equal(("cpu", "{host.name=\"h\"}", now, 0.5), Assert.Single(_sink.Samples()));
    }

    [Fact]
    public async Task Otlp_EverythingAccepted_IsAnEmptyMessage()
    {
        var body = OtlpRequests.Request(OtlpRequests.ResourceMetrics([], OtlpRequests.Gauge("cpu", "1", OtlpRequests.Number(Now, 0.5))));
        var answer = await _host.Client.PostAsync("/v1/metrics", IntakeHost.Content(body, "application/x-protobuf"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
    }

    [Theory]
    [InlineData("application/x-protobuf", 400, 3)]
    [InlineData("text/plain", 415, 3)]
    public async Task Otlp_BadRequest_IsAStatusInProtobuf(string type, int status, int code)
    {
        var answer = await _host.Client.PostAsync("/v1/metrics", IntakeHost.Content("{}"u8.ToArray(), type));
        Assert.Equal((status, "application/x-protobuf"), ((int)answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        var fields = Fields(await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal(code, fields[1].Number);
        Assert.NotEmpty(fields[2].Bytes);
    }

    [Fact]
    public async Task Json_Samples_AreAnsweredAsDocumented()
    {
        var answer = await _host.Client.PostAsync("/api/v1/samples", new StringContent(
            """{"samples":[{"metric":"queue.size","labels":{"component":"ocr"},"value":12.5},{"metric":"m"}]}""", Encoding.UTF8, "application/json"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal("""{"accepted":1,"rejected":[{"index":1,"reason":"it has no 'value'"}]}""", await answer.Content.ReadAsStringAsync());
        Assert.Equal(("queue.size", "{component=\"ocr\"}", 12.5), (_sink.Samples().Single().Metric, _sink.Samples().Single().Labels, _sink.Samples().Single().Value));
    }

    [Theory]
    [InlineData("/api/v1/write")]
    [InlineData("/v1/metrics")]
    [InlineData("/api/v1/samples")]
    public async Task AnyIntake_WithoutTheScope_IsRefused(string path)
    {
        Assert.Equal(HttpStatusCode.Unauthorized, (await _host.Anonymous().PostAsync(path, new ByteArrayContent([]))).StatusCode);
        var reader = await _host.ClientAsync([Scopes.Read]);
        var answer = await reader.PostAsync(path, new ByteArrayContent([]));
        Assert.Equal(HttpStatusCode.Forbidden, answer.StatusCode);
        Assert.Contains("ingest", await DetailAsync(answer), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyIntake_WhenTheSinkIsAway_Is503WithRetryAfter()
    {
        _sink.Failure = new SinkUnavailableException("The store is away.") { RetryAfter = TimeSpan.FromSeconds(7) };
        var otlp = OtlpRequests.Request(OtlpRequests.ResourceMetrics([], OtlpRequests.Gauge("cpu", "1", OtlpRequests.Number(Now, 0.5))));
        foreach (var answer in new[]
        {
            await WriteAsync(WriteRequests.Series("up", [], (Now, 1))),
            await _host.Client.PostAsync("/v1/metrics", IntakeHost.Content(otlp, "application/x-protobuf")),
            await _host.Client.PostAsJsonAsync("/api/v1/samples", new { samples = new[] { new { metric = "m", value = 1 } } }),
        })
        {
            Assert.Equal((HttpStatusCode.ServiceUnavailable, TimeSpan.FromSeconds(7)), (answer.StatusCode, answer.Headers.RetryAfter?.Delta));
        }
    }

    [Fact]
    public async Task AnyIntake_TooManyBytesInWork_Is429UntilThereIsRoom()
    {
        _sink.Hold = new TaskCompletionSource();
        // Each takes its body, and as much again decompressed; the fourth finds no room.
        var series = WriteRequests.Series("up", [.. Enumerable.Range(0, 5).Select(i => $"l{i}={new string((char)('a' + i), 3000)}")], (Now, 1));
        var held = new List<Task<HttpResponseMessage>>();
        HttpResponseMessage? refused = null;
        for (var i = 0; i < 20 && refused is null; i++)
        {
            var sending = WriteAsync(series);
            held.Add(sending);
            if (await Task.WhenAny(sending, Task.Delay(300)) == sending) refused = await sending;
        }

        Assert.Equal((HttpStatusCode.TooManyRequests, TimeSpan.FromSeconds(1)), (refused?.StatusCode, refused?.Headers.RetryAfter?.Delta));
        _sink.Hold.SetResult();
        foreach (var answer in await Task.WhenAll(held.SkipLast(1))) Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.Equal(HttpStatusCode.NoContent, (await WriteAsync(series)).StatusCode);
    }

    [Fact]
    public async Task AnyIntake_KeyWithALimitOfSeries_KeepsKnownOnesAndRefusesNewOnes()
    {
        var limited = await _host.ClientAsync([Scopes.Ingest], maxSeries: 1);
        var known = WriteRequests.Series("up", ["i=0"], (Now, 1));
        Assert.Equal(HttpStatusCode.NoContent, (await limited.PostAsync("/api/v1/write", IntakeHost.RemoteWrite(WriteRequests.Write(known)))).StatusCode);
        var both = await limited.PostAsync("/api/v1/write", IntakeHost.RemoteWrite(WriteRequests.Write(known, WriteRequests.Series("up", ["i=1"], (Now, 1)))));
        Assert.Equal(HttpStatusCode.BadRequest, both.StatusCode);
        Assert.Contains("as many series as it may have", await DetailAsync(both), StringComparison.Ordinal);
        Assert.Equal(2, _sink.Samples().Count());

        // An administrator sees who it is, and why.
        using var admin = await _host.ClientAsync([Scopes.Admin]);
        using var report = JsonDocument.Parse(await admin.GetStringAsync("/api/v1/admin/cardinality?top=1"));
        var key = report.RootElement.GetProperty("keys").EnumerateArray().Single(k => k.GetProperty("limit").GetInt32() == 1);
        Assert.Equal((1, 1, 1), (key.GetProperty("series").GetInt32(), key.GetProperty("refusals").GetInt32(), key.GetProperty("refusedSeries").GetInt32()));
        Assert.Equal("i", key.GetProperty("labels").EnumerateArray().Single().GetProperty("name").GetString());
        Assert.InRange(key.GetProperty("clock").GetProperty("skewSeconds").GetDouble(), -60, 0);
        using var forbidden = await limited.GetAsync("/api/v1/admin/cardinality");
        Assert.Equal(HttpStatusCode.Forbidden, forbidden.StatusCode);
        using var reader = await _host.ClientAsync([Scopes.Read]);
        Assert.Contains("perfplatform_ingestion_key_refusals{key=\"" + key.GetProperty("key").GetString() + "\"} 1", await reader.GetStringAsync("/metrics"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task AnyIntake_KeyWithLimitsOfItsOwn_IsHeldToThem()
    {
        var limited = await _host.ClientAsync([Scopes.Ingest], maxSamples: 2, maxBody: 2000);
        Task<HttpResponseMessage> SendAsync(HttpClient client, int samples, int labelLength = 1) =>
            client.PostAsJsonAsync("/api/v1/samples", new { samples = Enumerable.Range(0, samples).Select(i => new { metric = "m", labels = new { a = new string('x', labelLength) }, time = Now + i, value = i }) });
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(limited, 2)).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await SendAsync(limited, 3)).StatusCode);
        Assert.Equal(HttpStatusCode.RequestEntityTooLarge, (await SendAsync(limited, 1, 2000)).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await SendAsync(_host.Client, 3, 2000)).StatusCode);
    }

    [Fact]
    public async Task OpenApi_Document_HasEveryIntakeEndpoint()
    {
        using var document = JsonDocument.Parse(await _host.Client.GetStringAsync("/openapi/v1.json"));
        foreach (var path in new[] { "/api/v1/write", "/v1/metrics", "/api/v1/samples" })
        {
            Assert.NotEmpty(document.RootElement.GetProperty("paths").GetProperty(path).GetProperty("post").GetProperty("summary").GetString()!);
        }
    }

    private Task<HttpResponseMessage> WriteAsync(params IEnumerable<WrittenSeries> series) =>
        _host.Client.PostAsync("/api/v1/write", IntakeHost.RemoteWrite(WriteRequests.Write(series)));

    private static async Task<string> DetailAsync(HttpResponseMessage answer)
    {
        Assert.Equal("application/problem+json", answer.Content.Headers.ContentType?.MediaType);
        return (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString()!;
    }

    private static byte[] Gzip(byte[] body)
    {
        using var stream = new MemoryStream();
        using (var gzip = new GZipStream(stream, CompressionLevel.Fastest)) gzip.Write(body);
        return stream.ToArray();
    }

    private static Dictionary<int, (long Number, byte[] Bytes)> Fields(byte[] message)
    {
        var fields = new Dictionary<int, (long, byte[])>();
        var input = new CodedInputStream(message);
        for (var tag = input.ReadTag(); tag != 0; tag = input.ReadTag())
        {
            fields[WireFormat.GetTagFieldNumber(tag)] = WireFormat.GetTagWireType(tag) == WireFormat.WireType.Varint ? (input.ReadInt64(), []) : (0, input.ReadBytes().ToByteArray());
        }

        return fields;
    }
}

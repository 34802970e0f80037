using System.Buffers.Binary;
using System.IO.Compression;
using System.Net;
using System.Text;
using System.Text.Json;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Tests.Ingestion.Otlp;
using Xunit;
using ZstdSharp;

namespace PerfPlatform.Integration.Tests.Ingestion;

/// <summary>OTLP over gRPC byte by byte, and over HTTP in JSON and with zstd: what a client of any kind gets for an answer.</summary>
public sealed class OtlpEndpointTests(ServersFixture servers) : IAsyncLifetime
{
    private const string Export = "/opentelemetry.proto.collector.metrics.v1.MetricsService/Export";

    private readonly CapturingSink _sink = new();
    private IntakeHost _host = null!;

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync() =>
        _host = await IntakeHost.StartAsync(servers, _sink, ("Ingestion:MaxBodyBytes", "20000"), ("Ingestion:MaxDecompressedBytes", "40000"), ("Ingestion:MaxInFlightBytes", "20000000"));

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task Grpc_Export_IsStoredAndAnsweredWithTrailers(string? encoding)
    {
        var now = Now;
        using var answer = await CallAsync(Frame(Compressed(Gauge(now, 0.5), encoding), encoding is not null), encoding);
        Assert.Equal((HttpStatusCode.OK, "application/grpc", HttpVersion.Version20), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType, answer.Version));
        Assert.Equal(Frame([], false), await answer.Content.ReadAsByteArrayAsync());
        Assert.Equal("0", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
        Assert.Equal(("cpu", "{host.name=\"h\"}", now, 0.5), Assert.Single(_sink.Samples()));
    }

    [Fact]
    public async Task Grpc_ExportWithRejections_IsPartialSuccess()
    {
        var body = OtlpRequests.Request(OtlpRequests.ResourceMetrics([], OtlpRequests.Sum("s", 0, true, OtlpRequests.Integer(Now, 1))));
        using var answer = await CallAsync(Frame(body, false));
        var message = await answer.Content.ReadAsByteArrayAsync();
        // partial_success { rejected_data_points = 1, error_message }
        Assert.Equal((byte)0x0A, message[5]);
        Assert.Equal([0x08, 1, 0x12], message[7..10]);
        Assert.Contains("s: aggregation_temporality", Encoding.UTF8.GetString(message), StringComparison.Ordinal);
        Assert.Equal("0", Assert.Single(answer.TrailingHeaders.GetValues("grpc-status")));
    }

    [Fact]
    public async Task Grpc_WhatIsNoCall_IsRefusedByCode()
    {
        var good = Frame(Gauge(Now, 1), false);
        var noise = new byte[20_001];
        await RefusedAsync(3, "exactly one message", [0, 0]);
        await RefusedAsync(3, "exactly one message", [.. good, .. good]);
        await RefusedAsync(3, "ExportMetricsServiceRequest", Frame("{}"u8.ToArray(), false));
        await RefusedAsync(3, "says gzip and is not", Frame([1, 2, 3], true), "gzip");
        await RefusedAsync(3, "says zstd and is not", Frame([1, 2, 3], true), "zstd");
        await RefusedAsync(12, "identity,gzip,zstd", Frame([1, 2, 3], true), "snappy");
        await RefusedAsync(8, "20000 bytes", Frame(noise, false));
        await RefusedAsync(8, "40000 bytes when decompressed", Frame(Compressed(new byte[40_001], "zstd"), true), "zstd");
        Assert.Empty(_sink.Batches);
    }

    [Fact]
    public async Task Grpc_WithoutTheScope_IsUnauthenticatedOrDenied()
    {
        var body = Frame(Gauge(Now, 1), false);
        await RefusedAsync(16, "authorization: Bearer", body, key: "");
        await RefusedAsync(16, "authorization: Bearer", body, key: "pp_k1_wrong");
        using var reader = await _host.ClientAsync([Scopes.Read]);
        await RefusedAsync(7, "'ingest'", body, key: reader.DefaultRequestHeaders.Authorization!.Parameter);
        Assert.Empty(_sink.Batches);
    }

    [Fact]
    public async Task Grpc_WhenTheSinkIsAway_IsUnavailableWithRetryInfo()
    {
        _sink.Failure = new SinkUnavailableException("The store is away.") { RetryAfter = TimeSpan.FromSeconds(7) };
        using var answer = await RefusedAsync(14, "The store is away.", Frame(Gauge(Now, 1), false));
        var details = answer.Headers.GetValues("grpc-status-details-bin").Single();
        var status = Convert.FromBase64String(details.PadRight((details.Length + 3) / 4 * 4, '='));
        Assert.Contains("type.googleapis.com/google.rpc.RetryInfo", Encoding.UTF8.GetString(status), StringComparison.Ordinal);
        // RetryInfo { retry_delay = 1 { seconds = 1 } } at the end
        Assert.Equal([0x0A, 2, 0x08, 7], status[^4..]);
    }

    [Fact]
    public async Task Grpc_OverHttp1_Is426()
    {
        using var answer = await _host.Client.PostAsync(Export, IntakeHost.Content(Frame(Gauge(Now, 1), false), "application/grpc"));
        Assert.Equal(HttpStatusCode.UpgradeRequired, answer.StatusCode);
    }

    [Theory]
    [InlineData(null)]
    [InlineData("gzip")]
    [InlineData("zstd")]
    public async Task Json_Export_IsStoredAndAnsweredInJson(string? encoding)
    {
        var now = Now;
        var json = $$$"""
            {"resourceMetrics":[{"resource":{"attributes":[{"key":"host.name","value":{"stringValue":"h"}}]},"scopeMetrics":[{"metrics":[
              {"name":"cpu","gauge":{"dataPoints":[{"timeUnixNano":"{{{now}}}000000","asDouble":0.5}]}},
              {"name":"s","sum":{"aggregationTemporality":0,"dataPoints":[{"timeUnixNano":"{{{now}}}000000","asInt":"1"}]}}]}]}]}
            """;
        using var answer = await _host.Client.PostAsync("/v1/metrics", IntakeHost.Content(Compressed(Encoding.UTF8.GetBytes(json), encoding), "application/json; charset=utf-8", encoding));
        Assert.Equal((HttpStatusCode.OK, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        var partial = document.RootElement.GetProperty("partialSuccess");
        Assert.Equal("1", partial.GetProperty("rejectedDataPoints").GetString());
        Assert.Contains("s: aggregation_temporality", partial.GetProperty("errorMessage").GetString(), StringComparison.Ordinal);
        Assert.Equal(("cpu", "{host.name=\"h\"}", now, 0.5), Assert.Single(_sink.Samples()));
    }

    [Fact]
    public async Task Json_BadRequest_IsAStatusInJson()
    {
        using var answer = await _host.Client.PostAsync("/v1/metrics", IntakeHost.Content("[]"u8.ToArray(), "application/json"));
        Assert.Equal((HttpStatusCode.BadRequest, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        Assert.Equal(3, document.RootElement.GetProperty("code").GetInt32());
        Assert.Contains("there must be an object", document.RootElement.GetProperty("message").GetString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Protobuf_WithZstd_IsStored()
    {
        using var answer = await _host.Client.PostAsync("/v1/metrics", IntakeHost.Content(Compressed(Gauge(Now, 2), "zstd"), "application/x-protobuf", "zstd"));
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        Assert.Equal(2, Assert.Single(_sink.Samples()).Value);
    }

    private static byte[] Gauge(long now, double value) => OtlpRequests.Request(OtlpRequests.ResourceMetrics(
        [OtlpRequests.Attribute("host.name", "h")], OtlpRequests.Gauge("cpu", "1", OtlpRequests.Number(now, value))));

    private static byte[] Frame(byte[] message, bool compressed)
    {
        var frame = new byte[5 + message.Length];
        frame[0] = compressed ? (byte)1 : (byte)0;
        BinaryPrimitives.WriteInt32BigEndian(frame.AsSpan(1), message.Length);
        message.CopyTo(frame, 5);
        return frame;
    }

    private static byte[] Compressed(byte[] body, string? encoding)
    {
        if (encoding is null) return body;
        using var stream = new MemoryStream();
        using (Stream compressor = encoding == "gzip" ? new GZipStream(stream, CompressionLevel.Fastest) : new CompressionStream(stream)) compressor.Write(body);
        return stream.ToArray();
    }

    // An error has no body: all of it is in the headers.
    private async Task<HttpResponseMessage> RefusedAsync(int code, string message, byte[] body, string? encoding = null, string? key = null)
    {
        var answer = await CallAsync(body, encoding, key);
        Assert.Equal(HttpStatusCode.OK, answer.StatusCode);
        var text = Uri.UnescapeDataString(answer.Headers.GetValues("grpc-message").Single());
        Assert.Equal((code.ToString(), true), (answer.Headers.GetValues("grpc-status").Single(), text.Contains(message, StringComparison.Ordinal)));
        Assert.Empty(await answer.Content.ReadAsByteArrayAsync());
        return answer;
    }

    private async Task<HttpResponseMessage> CallAsync(byte[] body, string? encoding = null, string? key = null)
    {
        using var client = _host.Anonymous();
        using var call = new HttpRequestMessage(HttpMethod.Post, new Uri(_host.Grpc, Export)) { Version = HttpVersion.Version20, VersionPolicy = HttpVersionPolicy.RequestVersionExact };
        call.Content = IntakeHost.Content(body, "application/grpc");
        call.Headers.Add("te", "trailers");
        if (encoding is not null) call.Headers.Add("grpc-encoding", encoding);
        if (key is null) call.Headers.Authorization = _host.Client.DefaultRequestHeaders.Authorization;
        else if (key.Length > 0) call.Headers.Add("x-api-key", key);
        return await client.SendAsync(call);
    }
}

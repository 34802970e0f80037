using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using PerfPlatform.Tests.Ingestion.RemoteWrite;
using Snappier;
using Xunit;

namespace PerfPlatform.Integration.Tests.Ingestion.RemoteWrite;

/// <summary>The endpoint of remote write with messages of 2.0.</summary>
public sealed class SecondVersionTests(ServersFixture servers) : IAsyncLifetime
{
    private const string Second = "application/x-protobuf;proto=io.prometheus.write.v2.Request";

    private readonly CapturingSink _sink = new();
    private IntakeHost _host = null!;

    private static long Now => TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();

    public async ValueTask InitializeAsync() => _host = await IntakeHost.StartAsync(servers, _sink);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Theory]
    [InlineData(Second)]
    [InlineData("Application/X-Protobuf; proto=\"io.prometheus.write.v2.Request\"")]
    public async Task Write_GoodRequest_Is204AndSaysWhatWasWritten(string type)
    {
        var now = Now;
        var request = new SymbolRequest();
        request.Add(WriteRequests.Series("up", ["job=a"], (now, 1), (now + 1, 2)));
        request.AddHistogram("h", WrittenHistogram.Of([1.5], 0, now));
        var answer = await SendAsync(request.ToBody(), type);
        Assert.Equal((HttpStatusCode.NoContent, "2", "1", "0"), (answer.StatusCode, Written(answer, "Samples"), Written(answer, "Histograms"), Written(answer, "Exemplars")));
        Assert.Equal(
            [("h_bucket", now, 0.0), ("h_bucket", now, 1), ("h_bucket", now, 1), ("h_count", now, 1), ("h_sum", now, 1.5), ("up", now, 1), ("up", now + 1, 2)],
            _sink.Samples().Select(s => (s.Metric, s.Time, s.Value)).Order());
    }

    [Fact]
    public async Task Write_SomeBadSamples_Is400AndSaysWhatWasWritten()
    {
        var request = new SymbolRequest();
        request.Add(WriteRequests.Series("up", [], (1, 1), (Now, 1)));
        var answer = await SendAsync(request.ToBody(), Second);
        Assert.Equal((HttpStatusCode.BadRequest, "1", "0", "0"), (answer.StatusCode, Written(answer, "Samples"), Written(answer, "Histograms"), Written(answer, "Exemplars")));
        var detail = (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString();
        Assert.Contains("1 sample: the time is more than 2d ago", detail, StringComparison.Ordinal);
        Assert.Equal("up", Assert.Single(_sink.Samples()).Metric);
    }

    [Theory]
    [InlineData("application/x-protobuf")]
    [InlineData("application/x-protobuf;proto=prometheus.WriteRequest")]
    public async Task Write_FirstVersion_HasNoHeadersOfTheSecond(string type)
    {
        var answer = await SendAsync(WriteRequests.Write(WriteRequests.Series("up", [], (Now, 1))), type);
        Assert.Equal(HttpStatusCode.NoContent, answer.StatusCode);
        Assert.DoesNotContain(answer.Headers, header => header.Key.StartsWith("X-Prometheus", StringComparison.OrdinalIgnoreCase));
    }

    [Fact]
    public async Task Write_MessageOfTheOtherVersion_StoresNothingAndSaysSo()
    {
        var second = new SymbolRequest();
        second.Add(WriteRequests.Series("up", [], (Now, 1)));
        foreach (var (body, type, says) in new[]
        {
            (WriteRequests.Write(WriteRequests.Series("up", [], (Now, 1))), Second, "The body is a prometheus.WriteRequest (remote write 1.0)"),
            (second.ToBody(), "application/x-protobuf", "The body is an io.prometheus.write.v2.Request (remote write 2.0)"),
        })
        {
            var answer = await SendAsync(body, type);
            Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
            Assert.Contains(says, (await answer.Content.ReadFromJsonAsync<JsonElement>()).GetProperty("detail").GetString(), StringComparison.Ordinal);
        }

        Assert.Empty(_sink.Samples());
    }

    private static string Written(HttpResponseMessage answer, string what) => Assert.Single(answer.Headers.GetValues($"X-Prometheus-Remote-Write-{what}-Written"));

    private Task<HttpResponseMessage> SendAsync(byte[] message, string type) => _host.Client.PostAsync("/api/v1/write", IntakeHost.Content(Snappy.CompressToArray(message), type, "snappy"));
}

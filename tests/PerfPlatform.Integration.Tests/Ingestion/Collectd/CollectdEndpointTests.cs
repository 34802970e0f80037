using System.Net;
using System.Text.Json;
using Xunit;

namespace PerfPlatform.Integration.Tests.Ingestion.Collectd;

public sealed class CollectdEndpointTests(ServersFixture servers) : IAsyncLifetime
{
    private readonly CapturingSink _sink = new();
    private IntakeHost _host = null!;

    public async ValueTask InitializeAsync() => _host = await IntakeHost.StartAsync(servers, _sink);

    public ValueTask DisposeAsync() => _host.DisposeAsync();

    [Fact]
    public async Task Collectd_SomeBadLists_Is400AndTheGoodOnesAreStored()
    {
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        string List(string type, long time) => JsonSerializer.Serialize(new { values = new[] { 0.5 }, dstypes = new[] { type }, dsnames = new[] { "value" }, time = time / 1000.0, host = "h", plugin = "p", plugin_instance = "", type = "t", type_instance = "i" });
        using var answer = await PostAsync($"[{List("rate", now)},{List("gauge", now)},{List("gauge", 1000)}]", "application/json");
        Assert.Equal(HttpStatusCode.BadRequest, answer.StatusCode);
        var detail = await DetailAsync(answer);
        Assert.Contains("1 samples are stored. 1 sample: the time is more than 2d ago", detail, StringComparison.Ordinal);
        Assert.Contains("list 0: a type of 'dstypes' is not gauge", detail, StringComparison.Ordinal);
        Assert.Equal(("collectd.p.t", "{host.name=\"h\", type_instance=\"i\"}", now, 0.5), Assert.Single(_sink.Samples()));
    }

    [Theory]
    [InlineData("PUTVAL h/load/load interval=10 1790000000:1", "text/plain", HttpStatusCode.UnsupportedMediaType, "Format \"JSON\"")]
    [InlineData("{}", "application/json", HttpStatusCode.BadRequest, "array of value lists")]
    [InlineData("[{]", "application/json", HttpStatusCode.BadRequest, "not JSON")]
    public async Task Collectd_OtherBody_IsRefusedInWords(string body, string type, HttpStatusCode status, string detail)
    {
        using var answer = await PostAsync(body, type);
        Assert.Equal(status, answer.StatusCode);
        Assert.Contains(detail, await DetailAsync(answer), StringComparison.Ordinal);
        Assert.Empty(_sink.Samples());
    }

    private async Task<HttpResponseMessage> PostAsync(string body, string type)
    {
        using var content = IntakeHost.Content(System.Text.Encoding.UTF8.GetBytes(body), type);
        return await _host.Client.PostAsync("/api/v1/collectd", content);
    }

    private static async Task<string> DetailAsync(HttpResponseMessage answer)
    {
        using var document = JsonDocument.Parse(await answer.Content.ReadAsStringAsync());
        return document.RootElement.GetProperty("detail").GetString()!;
    }
}

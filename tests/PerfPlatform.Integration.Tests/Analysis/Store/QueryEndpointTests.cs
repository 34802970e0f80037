using System.Net;
using System.Text.Json;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Integration.Tests.Analysis.Store;

/// <summary>The query API over HTTP, as api.md tells it.</summary>
public sealed class QueryEndpointTests(ServersFixture servers)
{
    private const long Start = 1_790_000_000_000;

    [Fact]
    public async Task Endpoints_OverSamples_AnswerAsThePublicContractSays()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        using var http = store.Client();
        await store.WriteAsync("system.cpu.utilization", "web-1", (Start, 0.25), (Start + 1000, double.NaN), (Start + 2000, double.PositiveInfinity));
        await store.WriteAsync("system.cpu.utilization", "web-2", (Start, 0.75));
        await store.WriteAsync(SeriesDescriptor.Of("requests", LabelSet.Empty, MetricKind.Counter), (Start, 1), (Start + 10_000, 11));

        var metrics = await GetAsync(http, "/api/v1/metrics?search=CPU");
        Assert.Equal("""[{"metric":"system.cpu.utilization","kind":"gauge","unit":"1","series":2}]""", metrics.GetProperty("items").GetRawText());

        var series = (await GetAsync(http, "/api/v1/series?metric=system.cpu.utilization&match=host.name=web-1")).GetProperty("items");
        Assert.Equal("web-1", Assert.Single(series.EnumerateArray()).GetProperty("labels").GetProperty("host.name").GetString());
        Assert.Equal(Start + 2000, series[0].GetProperty("lastSeen").GetDateTimeOffset().ToUnixTimeMilliseconds());

        var raw = await GetAsync(http, $"/api/v1/query?metric=system.cpu.utilization&match=host.name~web-1&from={Start}&to={Start + 5000}");
        Assert.Equal(0, raw.GetProperty("stepMs").GetInt64());
        Assert.Equal("""[0.25,"NaN","\u002BInf"]""", raw.GetProperty("series")[0].GetProperty("values").GetRawText());

        var steps = await GetAsync(http, $"/api/v1/query?metric=system.cpu.utilization&from={Start}&to={Start + 2000}&step=1s&by=&reduce=sum");
        Assert.Equal($$"""[{"metric":"system.cpu.utilization","labels":{},"times":[{{Start}},{{Start + 1000}}],"values":[1,null]}]""", steps.GetProperty("series").GetRawText());

        var rate = await GetAsync(http, $"/api/v1/query?metric=requests&from={Start}&to={Start + 20_000}&step=10s&fn=rate");
        Assert.Equal("[null,1]", rate.GetProperty("series")[0].GetProperty("values").GetRawText());

        var latest = await GetAsync(http, "/api/v1/latest?metric=system.cpu.utilization&limit=1");
        Assert.Equal("+Inf", Assert.Single(latest.GetProperty("items").EnumerateArray()).GetProperty("value").GetString());
        var rest = await GetAsync(http, "/api/v1/latest?metric=system.cpu.utilization&cursor=" + latest.GetProperty("nextCursor").GetString());
        Assert.Equal(0.75, Assert.Single(rest.GetProperty("items").EnumerateArray()).GetProperty("value").GetDouble());

        var resolved = await GetAsync(http, $"/internal/series?ids={series[0].GetProperty("id").GetInt32()},999");
        Assert.Single(resolved.GetProperty("series").EnumerateArray());
        Assert.NotEqual(Guid.Empty, resolved.GetProperty("epoch").GetGuid());
    }

    [Fact]
    public async Task Latest_OfASeriesThatHasEnded_LeavesItOutUntilItGoesOn()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        using var http = store.Client();
        await store.WriteAsync("up", "web-1", (Start, 1), (Start + 1000, BitConverter.Int64BitsToDouble(0x7FF0_0000_0000_0002)));
        await store.WriteAsync("up", "web-2", (Start, 1), (Start + 1000, double.NaN));

        var ended = await GetAsync(http, "/api/v1/latest?metric=up");
        Assert.Equal("""["NaN"]""", "[" + string.Join(',', ended.GetProperty("items").EnumerateArray().Select(i => i.GetProperty("value").GetRawText())) + "]");
        Assert.Equal("web-2", Assert.Single(ended.GetProperty("items").EnumerateArray()).GetProperty("labels").GetProperty("host.name").GetString());
        await store.FlushAsync();
        var raw = await GetAsync(http, $"/api/v1/query?metric=up&match=host.name=web-1&from={Start}&to={Start + 5000}");
        Assert.Equal("[1]", raw.GetProperty("series")[0].GetProperty("values").GetRawText());

        await store.WriteAsync("up", "web-1", (Start + 2000, 1));
        Assert.Equal(2, (await GetAsync(http, "/api/v1/latest?metric=up")).GetProperty("items").GetArrayLength());
    }

    [Theory]
    [InlineData("/api/v1/query?from=now-1h&to=now", "metric")]
    [InlineData("/api/v1/query?metric=m&from=yesterday", "RFC 3339")]
    [InlineData("/api/v1/query?metric=m&step=0s", "step")]
    [InlineData("/api/v1/query?metric=m&step=1s&agg=mean", "avg, min, max")]
    [InlineData("/api/v1/query?metric=m&from=now-7d&step=1s", "step=1m")]
    [InlineData("/api/v1/series?match=host", "label filter")]
    [InlineData("/api/v1/latest?limit=100000", "limit")]
    public async Task Endpoint_WithBadInput_Answers400ThatSaysWhatToChange(string address, string hint)
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        using var http = store.Client();

        var response = await http.GetAsync(new Uri(address, UriKind.Relative));

        Assert.Equal(HttpStatusCode.BadRequest, response.StatusCode);
        Assert.Contains(hint, JsonDocument.Parse(await response.Content.ReadAsStringAsync()).RootElement.GetProperty("detail").GetString());
    }

    [Fact]
    public async Task Endpoint_WithoutTheScope_Answers403()
    {
        await using var database = await servers.DatabaseAsync();
        await using var store = await StoreHost.StartAsync(database.ConnectionString);
        using var http = store.Client(Scopes.Ingest);

        foreach (var path in new[] { "metrics", "series", "query?metric=m", "latest", "live" })
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, new Uri("/api/v1/" + path, UriKind.Relative));
            using var response = await http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead);
            Assert.Equal(HttpStatusCode.Forbidden, response.StatusCode);
        }
    }

    private static async Task<JsonElement> GetAsync(HttpClient http, string address)
    {
        var response = await http.GetAsync(new Uri(address, UriKind.Relative));
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.IsSuccessStatusCode, $"{address}: {(int)response.StatusCode} {body}");
        return JsonDocument.Parse(body).RootElement;
    }
}

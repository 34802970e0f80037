using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using PerfPlatform.Integration.Tests.Standalone;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Ingestion.Collectd;

/// <summary>Debian's collectd sends to the running product; what the product answers is what collectd wrote to its own files.</summary>
public sealed class CollectdClientTests
{
    private const int Readings = 6;
    [Fact]
    public async Task WriteHttp_ToTheRunningProduct_IsWhatTheCsvPluginWrote()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        await using var product = StandaloneProcess.Start(folder.Path);
        await product.ReadyAsync();
        // Beside the product's data, in the test's folder.
        await using var collectd = await CollectdProcess.StartAsync(Path.Combine(Path.GetDirectoryName(folder.Path)!, "collectd"), product.Address, StandaloneProcess.Key);
        await Wait.ForAsync("collectd sends", () => collectd.Readings >= Readings, more: () => collectd.Output);
        await collectd.StopAsync();
        Assert.DoesNotContain("write_http plugin", collectd.Output, StringComparison.Ordinal);

        var written = collectd.Written().GroupBy(v => (v.Metric, v.Labels)).ToDictionary(g => g.Key, g => g.OrderBy(v => v.Time).Select(v => (v.Time, v.Value)).ToArray());
        // Load, at least five sorts of memory, at least seven states of each processor.
        Assert.True(written.Count >= 3 + 5 + (7 * Environment.ProcessorCount), string.Join('\n', written.Keys));

        using var handler = new SocketsHttpHandler();
        using var client = new HttpClient(handler) { BaseAddress = product.Address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", StandaloneProcess.Key);
        var stored = new Dictionary<(string Metric, string Labels), (long Time, double Value)[]>();
        foreach (var metric in written.Keys.Select(k => k.Metric).Distinct())
        {
            foreach (var (labels, points) in await QueryAsync(client, metric)) stored.Add((metric, labels), points);
        }

        Assert.Equal(written.Keys.Order(), stored.Keys.Order());
        foreach (var (series, expected) in written)
        {
            var actual = stored[series];
            Assert.Equal(expected.Select(p => p.Time), actual.Select(p => p.Time));
            // The files have six places behind the point.
            Assert.All(expected.Zip(actual), pair => Assert.Equal(pair.First.Value, pair.Second.Value, 1e-6));
        }

        Assert.Equal([("collectd.cpu.cpu", "counter"), ("collectd.load.load.longterm", "gauge"), ("collectd.load.load.midterm", "gauge"), ("collectd.load.load.shortterm", "gauge"), ("collectd.memory.memory", "gauge")], await KindsAsync(client));
    }

    private static async Task<List<(string Labels, (long Time, double Value)[] Points)>> QueryAsync(HttpClient client, string metric)
    {
        using var document = await GetAsync(client, $"api/v1/query?metric={metric}&from=now-30m&to=now%2B1m");
        return [.. document.RootElement.GetProperty("series").EnumerateArray().Select(series => (
            "{" + string.Join(", ", series.GetProperty("labels").EnumerateObject().OrderBy(l => l.Name, StringComparer.Ordinal).Select(l => $"{l.Name}=\"{l.Value.GetString()}\"")) + "}",
            series.GetProperty("times").EnumerateArray().Zip(series.GetProperty("values").EnumerateArray()).Select(p => (p.First.GetInt64(), p.Second.GetDouble())).ToArray()))];
    }

    private static async Task<IEnumerable<(string, string)>> KindsAsync(HttpClient client)
    {
        using var document = await GetAsync(client, "api/v1/metrics?search=collectd.");
        return [.. document.RootElement.GetProperty("items").EnumerateArray().Select(m => (m.GetProperty("metric").GetString()!, m.GetProperty("kind").GetString()!)).Order()];
    }

    private static async Task<JsonDocument> GetAsync(HttpClient client, string address)
    {
        using var answer = await client.GetAsync(new Uri(address, UriKind.Relative));
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.StatusCode == HttpStatusCode.OK, text);
        return JsonDocument.Parse(text);
    }
}

using System.Globalization;
using System.Text.Json;
using PerfPlatform.Integration.Tests.Standalone;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Ingestion.Prometheus;

/// <summary>The real Prometheus, which scrapes the real node exporter and itself, writes into the product as a user starts it; both are asked the same.</summary>
public sealed class PrometheusRemoteWriteTests
{
    [Fact]
    public async Task RemoteWrite_OfNodeExporterByPrometheus_StoresItsSeriesSampleBySample()
    {
        await using var product = await ProductWithExporter.StartAsync();
        var (client, reader, exporter) = (product.Client, product.Reader, product.Exporter);

        var port = FreePorts.One();
        var configuration = Path.Combine(product.Beside, "prometheus.yml");
        await File.WriteAllTextAsync(configuration, Configuration(exporter.Address.Port, port, product.Address));
        await using var prometheus = await InstalledProgram.StartAsync(
            "prometheus", port, "-/ready", client,
            $"--config.file={configuration}", $"--storage.tsdb.path={Path.Combine(product.Beside, "tsdb")}", $"--web.listen-address=127.0.0.1:{port}");

        var (from, to) = await UpAsync(reader, "node", 0, scrapes: 4);
        await UpAsync(reader, "prometheus", to, scrapes: 1);
        var expected = await PrometheusSamplesAsync(client, prometheus.Address, from, to);
        Assert.True(expected.Count > 500, $"Prometheus has only {expected.Count} series");
        Assert.True(expected.Values.Sum(samples => samples.Count) > 1000, "Prometheus has hardly scraped");
        // Prometheus' own metrics have histograms, summaries without a value, and labels with slashes and braces.
        Assert.Contains(expected.Values, samples => samples.Values.Any(double.IsNaN));
        var metrics = expected.Keys.Select(key => key[..key.IndexOf('{', StringComparison.Ordinal)]).ToHashSet();

        foreach (var metric in metrics)
        {
            var stored = await StoredSeries.ReadAsync(reader, metric, from, to);
            var wanted = expected.Where(series => series.Key.StartsWith(metric + "{", StringComparison.Ordinal)).ToDictionary();
            Assert.Equal(wanted.Keys.Order(StringComparer.Ordinal), stored.Keys.Order(StringComparer.Ordinal));
            foreach (var (series, samples) in wanted) Assert.True(samples.SequenceEqual(stored[series]), $"{series}: {Text(samples)} became {Text(stored[series])}");
        }

        await AssertKindsAsync(client, prometheus.Address, reader, metrics);

        // The target goes away: Prometheus ends its series with stale markers.
        await exporter.DisposeAsync();
        await Wait.ForAsync("the series ends", () => StoredSeries.HasEndedAsync(reader, "node_load1", "job=node", from, Future()));
        await Wait.ForAsync("the target is down", async () => (await StoredSeries.ReadAsync(reader, "up", to, Future())).Single(s => s.Key.Contains("job=node", StringComparison.Ordinal)).Value.Last().Value == 0);
        Assert.False(await StoredSeries.HasEndedAsync(reader, "up", "job=node", from, Future()));
    }

    private static string Configuration(int exporter, int own, Uri product) => $$"""
        global: {scrape_interval: 1s, scrape_timeout: 1s}
        scrape_configs:
        - job_name: node
          static_configs: [{targets: ['127.0.0.1:{{exporter}}'], labels: { site: 'Köln "1"' } }]
        - job_name: prometheus
          static_configs: [{targets: ['127.0.0.1:{{own}}']}]
        remote_write:
        - url: {{product}}api/v1/write
          authorization: { credentials: {{StandaloneProcess.Key}} }
          queue_config: {min_shards: 1, max_shards: 1, batch_send_deadline: 200ms, min_backoff: 30ms, max_backoff: 200ms}
          metadata_config: {send_interval: 1s}
        """;

    private static long Future() => TimeProvider.System.GetUtcNow().AddMinutes(1).ToUnixTimeMilliseconds();

    // What Prometheus tells of its metrics' types arrives once a second.
    private static async Task AssertKindsAsync(HttpClient client, Uri prometheus, HttpClient reader, IReadOnlySet<string> metrics)
    {
        using var metadata = JsonDocument.Parse(await client.GetStringAsync(new Uri(prometheus, "api/v1/metadata")));
        var expected = metadata.RootElement.GetProperty("data").EnumerateObject()
            .Where(family => metrics.Contains(family.Name) && family.Name.StartsWith("node_", StringComparison.Ordinal))
            .Select(family => (family.Name, Kind: family.Value[0].GetProperty("type").GetString()!))
            .Where(family => family.Kind is "gauge" or "counter").ToDictionary();
        Assert.True(expected.Count > 100, $"Prometheus knows only {expected.Count} types");
        await Wait.ForAsync(
            "every type is Prometheus' own",
            async () =>
            {
                using var document = JsonDocument.Parse(await reader.GetStringAsync(new Uri("api/v1/metrics?search=node_&limit=1000", UriKind.Relative)));
                var kinds = document.RootElement.GetProperty("items").EnumerateArray().ToDictionary(item => item.GetProperty("metric").GetString()!, item => item.GetProperty("kind").GetString());
                return string.Join("; ", expected.Where(family => kinds.GetValueOrDefault(family.Key) != family.Value).Select(family => $"{family.Key} is {kinds.GetValueOrDefault(family.Key)}, not {family.Value}"));
            },
            wrong => wrong.Length == 0);
    }

    // One shard sends in order, and `up` is written with what it was scraped with: when it is there, all before it is.
    private static async Task<(long First, long Last)> UpAsync(HttpClient reader, string job, long after, int scrapes)
    {
        List<long> good = [];
        await Wait.ForAsync($"{scrapes} good scrapes of {job}", async () =>
        {
            var from = Math.Max(after, TimeProvider.System.GetUtcNow().AddMinutes(-5).ToUnixTimeMilliseconds());
            var up = (await StoredSeries.ReadAsync(reader, "up", from, Future())).Where(s => s.Key.Contains($"job={job}", StringComparison.Ordinal)).SelectMany(s => s.Value);
            good = [.. up.Where(s => s.Value == 1).Select(s => s.Key).Order()];
            return good.Count >= scrapes;
        });
        return (good[0], good[^1]);
    }

    /// <summary>The raw samples of every series, as Prometheus' own query API gives them.</summary>
    private static async Task<Dictionary<string, SortedDictionary<long, double>>> PrometheusSamplesAsync(HttpClient client, Uri prometheus, long from, long to)
    {
        var seconds = ((to - from) / 1000) + 1;
        var query = Uri.EscapeDataString($$"""{job=~"node|prometheus"}[{{seconds}}s]""");
        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri(prometheus, $"api/v1/query?query={query}&time={(to / 1000.0).ToString("F3", CultureInfo.InvariantCulture)}")));
        var found = new Dictionary<string, SortedDictionary<long, double>>();
        foreach (var series in document.RootElement.GetProperty("data").GetProperty("result").EnumerateArray())
        {
            var labels = series.GetProperty("metric").EnumerateObject().ToDictionary(l => l.Name, l => l.Value.GetString()!);
            labels.Remove("__name__", out var name);
            var samples = new SortedDictionary<long, double>();
            foreach (var pair in series.GetProperty("values").EnumerateArray())
            {
                var time = (long)Math.Round(pair[0].GetDouble() * 1000);
                if (time >= from && time < to) samples[time] = StoredSeries.Number(pair[1]);
            }

            if (samples.Count > 0) found[StoredSeries.Key(name!, labels)] = samples;
        }

        return found;
    }

    private static string Text(SortedDictionary<long, double> samples) => string.Join(' ', samples.Select(s => $"{s.Key}={s.Value:R}"));
}

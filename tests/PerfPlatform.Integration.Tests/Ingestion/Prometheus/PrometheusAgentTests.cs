using PerfPlatform.Integration.Tests.Ingestion.Scrape;
using PerfPlatform.Integration.Tests.Standalone;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Ingestion.Prometheus;

/// <summary>The real Prometheus as an agent, which keeps nothing that could be asked: what it was given by the node exporter is compared with what the product stored.</summary>
public sealed class PrometheusAgentTests
{
    [Fact]
    public async Task RemoteWrite_OfNodeExporterByAnAgent_StoresEveryPage()
    {
        await using var product = await ProductWithExporter.StartAsync();
        var (client, reader, exporter) = (product.Client, product.Reader, product.Exporter);

        var port = FreePorts.One();
        await using var recording = await RecordingExporter.StartAsync(new Uri(exporter.Address, "metrics"));
        var configuration = Path.Combine(product.Beside, "agent.yml");
        await File.WriteAllTextAsync(configuration, Configuration(recording.Target, product.Address));
        await using var agent = await InstalledProgram.StartAsync(
            "prometheus", port, "-/ready", client,
            "--enable-feature=agent", $"--config.file={configuration}", $"--storage.agent.path={Path.Combine(product.Beside, "agent-wal")}", $"--web.listen-address=127.0.0.1:{port}");

        var target = $$"""{instance={{recording.Target}},job=node,site=Köln "1"}""";
        var times = await Wait.ForAsync(
            "3 good scrapes",
            async () =>
            {
                var now = TimeProvider.System.GetUtcNow();
                var up = (await StoredSeries.ReadAsync(reader, "up", now.AddMinutes(-5).ToUnixTimeMilliseconds(), now.AddMinutes(1).ToUnixTimeMilliseconds())).GetValueOrDefault("up" + target);
                return (List<long>)[.. up?.Where(s => s.Value == 1).Select(s => s.Key) ?? []];
            },
            good => good.Count >= 3);

        // Which page it was tells the exporter's own clock. One shard sends in order, with `up` last: what is before it is there.
        var given = recording.Given.Select(g => ExporterPage.Parse(g.Page, recording.Target)).ToDictionary(page => page["node_time_seconds" + target]);
        var clock = (await StoredSeries.ReadAsync(reader, "node_time_seconds", times[0], times[2] + 1)).Single().Value;
        var pages = times.Take(3).Select(time => given[clock[time]]).ToList();
        Assert.True(pages[0].Count > 300, $"The exporter has only {pages[0].Count} series");
        foreach (var metric in pages.SelectMany(page => page.Keys).Select(key => key[..key.IndexOf('{', StringComparison.Ordinal)]).ToHashSet())
        {
            var stored = await StoredSeries.ReadAsync(reader, metric, times[0], times[2] + 1);
            for (var i = 0; i < 3; i++)
            {
                var expected = pages[i].Where(s => s.Key.StartsWith(metric + "{", StringComparison.Ordinal));
                var read = stored.Where(s => s.Value.ContainsKey(times[i])).Select(s => KeyValuePair.Create(s.Key, s.Value[times[i]]));
                Assert.Equal(expected.OrderBy(s => s.Key, StringComparer.Ordinal), read.OrderBy(s => s.Key, StringComparer.Ordinal));
            }
        }
    }

    private static string Configuration(string exporter, Uri product) => $$"""
        global: {scrape_interval: 1s, scrape_timeout: 1s}
        scrape_configs:
        - job_name: node
          static_configs: [{targets: ['{{exporter}}'], labels: { site: 'Köln "1"' } }]
        remote_write:
        - url: {{product}}api/v1/write
          authorization: { credentials: {{StandaloneProcess.Key}} }
          queue_config: {min_shards: 1, max_shards: 1, batch_send_deadline: 200ms, min_backoff: 30ms, max_backoff: 200ms}
        """;
}

using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text.Json;
using PerfPlatform.Integration.Tests.Standalone;
using PerfPlatform.TestServers;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Ingestion.Prometheus;

/// <summary>The real Prometheus writes into the product while all of it is killed: Prometheus drops what gets a 4xx, so none may come.</summary>
public sealed class PrometheusThroughCrashTests
{
    [Fact]
    public async Task RemoteWrite_EverythingKilledAndRedisEmpty_EverySampleArrives()
    {
        await using var folder = await StandaloneFolder.CreateAsync();
        var (productPort, port) = (FreePorts.One(), FreePorts.One());
        var product = StandaloneProcess.Start(folder.Path, productPort);
        try
        {
            await product.ReadyAsync();
            using var handler = new SocketsHttpHandler();
            using var client = new HttpClient(handler, disposeHandler: false);
            using var reader = new HttpClient(handler, disposeHandler: false) { BaseAddress = product.Address };
            reader.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", StandaloneProcess.Key);
            var beside = Path.GetDirectoryName(folder.Path)!;
            var configuration = Path.Combine(beside, "prometheus.yml");
            await File.WriteAllTextAsync(configuration, Configuration(port, product.Address));
            await using var prometheus = await InstalledProgram.StartAsync(
                "prometheus", port, "-/ready", client,
                $"--config.file={configuration}", $"--storage.tsdb.path={Path.Combine(beside, "tsdb")}", $"--web.listen-address=127.0.0.1:{port}");
            await Wait.ForAsync("samples before the crash", async () => (await StoredAsync(reader)).Count >= 10);

            product.Kill();
            await product.ExitAsync();
            KillServers(folder.Path);
            var last = (await ScrapedAsync(client, prometheus.Address)).Max();
            Directory.Delete(Path.Combine(folder.Path, "redis", "appendonlydir"), recursive: true);
            await product.DisposeAsync();
            product = StandaloneProcess.Start(folder.Path, productPort);
            await product.ReadyAsync();
            await Wait.ForAsync("samples after the crash", async () => (await StoredAsync(reader)).Count(time => time > last) >= 10);

            var stored = await StoredAsync(reader);
            var newest = stored.Max();
            Assert.Empty((await ScrapedAsync(client, prometheus.Address)).Where(time => time <= newest).Except(stored));
            var failed = await client.GetStringAsync(new Uri(prometheus.Address, "metrics"));
            Assert.Contains(failed.Split('\n'), line => line.StartsWith("prometheus_remote_storage_samples_failed_total{", StringComparison.Ordinal) && line.EndsWith(" 0", StringComparison.Ordinal));
        }
        finally
        {
            await product.DisposeAsync();
        }
    }

    // Ten times a second and tried again at once: the moments after the start are met for sure.
    private static string Configuration(int own, Uri product) => $$"""
        global: {scrape_interval: 100ms, scrape_timeout: 100ms}
        scrape_configs:
        - job_name: prometheus
          static_configs: [{targets: ['127.0.0.1:{{own}}']}]
          metric_relabel_configs: [{source_labels: [__name__], regex: 'prometheus_tsdb_head_series|go_goroutines', action: keep}]
        remote_write:
        - url: {{product}}api/v1/write
          authorization: { credentials: {{StandaloneProcess.Key}} }
          queue_config: {min_shards: 1, max_shards: 1, batch_send_deadline: 100ms, min_backoff: 10ms, max_backoff: 20ms}
        """;

    private static void KillServers(string folder)
    {
        foreach (var file in Directory.EnumerateFiles(folder, "*.pid", SearchOption.AllDirectories))
        {
            var pid = int.Parse(File.ReadLines(file).First(), CultureInfo.InvariantCulture);
            try
            {
                using var process = Process.GetProcessById(pid);
                process.Kill(entireProcessTree: true);
            }
            catch (ArgumentException)
            {
                // It went with the product.
            }
        }
    }

    private static async Task<HashSet<long>> StoredAsync(HttpClient reader)
    {
        var now = TimeProvider.System.GetUtcNow();
        return [.. (await StoredSeries.ReadAsync(reader, "up", now.AddMinutes(-10).ToUnixTimeMilliseconds(), now.AddMinutes(1).ToUnixTimeMilliseconds())).Values.SelectMany(samples => samples.Keys)];
    }

    private static async Task<HashSet<long>> ScrapedAsync(HttpClient client, Uri prometheus)
    {
        using var document = JsonDocument.Parse(await client.GetStringAsync(new Uri(prometheus, "api/v1/query?query=up[10m]")));
        return [.. document.RootElement.GetProperty("data").GetProperty("result").EnumerateArray()
            .SelectMany(series => series.GetProperty("values").EnumerateArray()).Select(pair => (long)Math.Round(pair[0].GetDouble() * 1000))];
    }
}

using System.Globalization;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using PerfPlatform.Integration.Tests.Ingestion.Prometheus;
using PerfPlatform.TestServers.Topology;
using Xunit;

namespace PerfPlatform.Integration.Tests.Hosts;

/// <summary>Four collectors send to the running product, one of them for real; what the pages ask says of each host what it did.</summary>
public sealed class HostsOfCollectorsTests
{
    private const int Samples = 4;

    [Fact]
    public async Task Hosts_OfEachCollector_AreToldAlike()
    {
        await using var product = await ProductWithExporter.StartAsync();
        var client = product.Reader;
        var target = $"127.0.0.1:{product.Exporter.Address.Port}";
        using var added = await client.PostAsJsonAsync(new Uri("api/v1/scrape/targets", UriKind.Relative), new { job = "node", target, interval = "1s", timeout = "1s" });
        Assert.True(added.IsSuccessStatusCode, await added.Content.ReadAsStringAsync());

        // Ten seconds between two samples, the last of them just now.
        var now = TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds();
        long[] times = [.. Enumerable.Range(0, Samples).Select(i => now - ((Samples - 1 - i) * 10_000L))];
        await PostAsync(client, "v1/metrics", "application/json", OpenTelemetry(times));
        await PostAsync(client, "api/v1/influx/write", "text/plain", Telegraf(times));
        await PostAsync(client, "api/v1/collectd", "application/json", Collectd(times));

        JsonElement hosts = default;
        await Wait.ForAsync("the scraped host has its readings", async () =>
        {
            hosts = (await client.GetFromJsonAsync<JsonElement>("api/v1/hosts?limit=10")).GetProperty("items");
            return hosts.EnumerateArray().Any(h => h.GetProperty("name").GetString() == target && h.GetProperty("readings").TryGetProperty("cpu", out _));
        });

        Assert.Equal(
            [(target, "node_exporter"), ("collectd-1", "collectd"), ("otel-1", "OpenTelemetry Collector"), ("telegraf-1", "Telegraf")],
            hosts.EnumerateArray().Select(h => (h.GetProperty("name").GetString()!, h.GetProperty("collector").GetString()!)).OrderBy(h => h.Item1, StringComparer.Ordinal));
        foreach (var host in new[] { "otel-1", "telegraf-1", "collectd-1" })
        {
            Assert.Equal(0.25, Reading(hosts, host, "cpu"), 6);
            Assert.Equal(0.4, Reading(hosts, host, "memory"), 6);
            Assert.Equal(1000, Reading(hosts, host, "received"), 3);
            Assert.Equal(100_000, Reading(hosts, host, "diskRead"), 3);
            Assert.Equal(0.75, Reading(hosts, host, "filesystem"), 6);
        }

        // Silence follows what each host does: those that sent each ten seconds are missed at 30, one that sends each minute is not missed at 45.
        long[] Before(int seconds, int apart) => [.. Enumerable.Range(0, Samples).Select(i => now - (seconds * 1000L) - ((Samples - 1 - i) * apart * 1000L))];
        await PostAsync(client, "api/v1/influx/write", "text/plain", Telegraf(Before(45, apart: 10)).Replace("telegraf-1", "quick", StringComparison.Ordinal));
        await PostAsync(client, "api/v1/influx/write", "text/plain", Telegraf(Before(45, apart: 60)).Replace("telegraf-1", "slow", StringComparison.Ordinal));
        await Wait.ForAsync("the silence of both is known", async () =>
        {
            var told = (await client.GetFromJsonAsync<JsonElement>("api/v1/hosts")).GetProperty("items").EnumerateArray().Where(h => h.GetProperty("name").GetString() is "quick" or "slow");
            return string.Join(", ", told.Select(h => $"{h.GetProperty("name")} {h.GetProperty("silentAfter")} {h.GetProperty("silent")}"));
        }, told => told == "quick 30s True, slow 150s False");

        Assert.InRange(Reading(hosts, target, "cpu"), 0, 1);
        Assert.InRange(Reading(hosts, target, "memory"), 0.01, 0.99);
        Assert.InRange(Reading(hosts, target, "filesystem"), 0, 1);
        Assert.True(Reading(hosts, target, "uptime") > 0);

        // Over time, by device, and what analysis says.
        var disks = await client.GetFromJsonAsync<JsonElement>("api/v1/hosts/signals?signal=diskRead&host=otel-1&from=now-5m&step=1m&devices=true");
        Assert.Equal("nvme0n1", Assert.Single(disks.GetProperty("series").EnumerateArray().ToList()).GetProperty("labels").GetProperty("device").GetString());
        var scores = (await client.GetFromJsonAsync<JsonElement>("api/v1/analysis/scores?host=otel-1")).GetProperty("items");
        Assert.Equal(100, Assert.Single(scores.EnumerateArray().ToList()).GetProperty("data").GetProperty("score").GetDouble());
        Assert.Empty((await client.GetFromJsonAsync<JsonElement>("api/v1/analysis/bottlenecks?host=telegraf-1")).GetProperty("items").EnumerateArray());
        using var unknown = await client.GetAsync(new Uri("api/v1/hosts/signals?signal=cpus", UriKind.Relative));
        Assert.Equal(System.Net.HttpStatusCode.BadRequest, unknown.StatusCode);
    }

    private static double Reading(JsonElement hosts, string host, string signal) =>
        hosts.EnumerateArray().Single(h => h.GetProperty("name").GetString() == host).GetProperty("readings").GetProperty(signal).GetDouble();

    private static async Task PostAsync(HttpClient client, string path, string type, string body)
    {
        using var content = new StringContent(body, Encoding.UTF8, type);
        using var answer = await client.PostAsync(new Uri(path, UriKind.Relative), content);
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    private static string OpenTelemetry(long[] times)
    {
        object Metric(string name, bool counter, params (double Start, double PerSecond, string[] Attributes)[] series) => new
        {
            name,
            sum = new
            {
                aggregationTemporality = 2,
                isMonotonic = counter,
                dataPoints = series.SelectMany(s => times.Select((t, i) => new
                {
                    timeUnixNano = (t * 1_000_000).ToString(CultureInfo.InvariantCulture),
                    asDouble = s.Start + (s.PerSecond * 10 * i),
                    attributes = s.Attributes.Chunk(2).Select(a => new { key = a[0], value = new { stringValue = a[1] } }),
                })),
            },
        };
        object[] metrics =
        [
            Metric("system.cpu.time", true, (0, 0.3, ["cpu", "cpu0", "state", "user"]), (0, 0.6, ["cpu", "cpu0", "state", "idle"]), (0, 0.1, ["cpu", "cpu0", "state", "wait"]),
                (0, 0.2, ["cpu", "cpu1", "state", "system"]), (0, 0.8, ["cpu", "cpu1", "state", "idle"])),
            Metric("system.memory.usage", false, (4e9, 0, ["state", "used"]), (3e9, 0, ["state", "free"]), (3e9, 0, ["state", "cached"]), (1e9, 0, ["state", "slab_reclaimable"])),
            Metric("system.filesystem.usage", false, (75, 0, ["mountpoint", "/", "type", "ext4", "state", "used"]), (25, 0, ["mountpoint", "/", "type", "ext4", "state", "free"]),
                (9, 0, ["mountpoint", "/run", "type", "tmpfs", "state", "used"])),
            Metric("system.disk.io", true, (0, 100_000, ["device", "nvme0n1", "direction", "read"]), (0, 100_000, ["device", "dm-0", "direction", "read"]), (0, 100_000, ["device", "md0", "direction", "read"])),
            Metric("system.network.io", true, (0, 1000, ["device", "eth0", "direction", "receive"]), (0, 1000, ["device", "docker0", "direction", "receive"])),
        ];
        return JsonSerializer.Serialize(new
        {
            resourceMetrics = new[]
            {
                new { resource = new { attributes = new[] { new { key = "host.name", value = new { stringValue = "otel-1" } } } }, scopeMetrics = new[] { new { metrics } } },
            },
        });
    }

    private static string Telegraf(long[] times) => string.Concat(times.Select((time, i) => string.Create(CultureInfo.InvariantCulture, $"""
        cpu,cpu=cpu-total,host=telegraf-1 usage_user=25,usage_idle=70,usage_iowait=5 {time}000000
        cpu,cpu=cpu0,host=telegraf-1 usage_user=50,usage_idle=45,usage_iowait=5 {time}000000
        mem,host=telegraf-1 total=100i,available=60i,available_percent=60,used_percent=30 {time}000000
        disk,device=sda1,fstype=ext4,host=telegraf-1,mode=rw,path=/ used_percent=75 {time}000000
        disk,device=tmpfs,fstype=tmpfs,host=telegraf-1,mode=rw,path=/run used_percent=100 {time}000000
        diskio,host=telegraf-1,name=sda read_bytes={1_000_000 * i}i {time}000000
        diskio,host=telegraf-1,name=sda1 read_bytes={1_000_000 * i}i {time}000000
        net,host=telegraf-1,interface=eth0 bytes_recv={10_000 * i}i {time}000000

        """)));

    private static string Collectd(long[] times)
    {
        var lists = times.SelectMany((time, i) =>
        {
            object List(string plugin, string instance, string type, string typeInstance, string source, params (string Name, double Value)[] values) => new
            {
                values = values.Select(v => v.Value),
                dstypes = values.Select(_ => source),
                dsnames = values.Select(v => v.Name),
                time = time / 1000.0,
                host = "collectd-1",
                plugin,
                plugin_instance = instance,
                type,
                type_instance = typeInstance,
            };
            return new[]
            {
                List("cpu", "0", "cpu", "user", "derive", ("value", 250 * i)), List("cpu", "0", "cpu", "idle", "derive", ("value", 700 * i)), List("cpu", "0", "cpu", "wait", "derive", ("value", 50 * i)),
                List("memory", "", "memory", "used", "gauge", ("value", 35)), List("memory", "", "memory", "slab_unrecl", "gauge", ("value", 5)), List("memory", "", "memory", "free", "gauge", ("value", 60)),
                List("df", "root", "df_complex", "used", "gauge", ("value", 75)), List("df", "root", "df_complex", "free", "gauge", ("value", 25)), List("df", "dev-shm", "df_complex", "used", "gauge", ("value", 9)),
                List("disk", "sda", "disk_octets", "", "derive", ("read", 1_000_000 * i), ("write", 0)), List("disk", "sda1", "disk_octets", "", "derive", ("read", 1_000_000 * i), ("write", 0)),
                List("interface", "eth0", "if_octets", "", "derive", ("rx", 10_000 * i), ("tx", 0)), List("interface", "lo", "if_octets", "", "derive", ("rx", 10_000 * i), ("tx", 0)),
            };
        });
        return JsonSerializer.Serialize(lists);
    }
}

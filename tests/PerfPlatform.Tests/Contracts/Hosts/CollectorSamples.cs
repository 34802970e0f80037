using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Collectd;
using PerfPlatform.Ingestion.Influx;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Otlp;
using PerfPlatform.Tests.Ingestion;
using PerfPlatform.Tests.Ingestion.Scrape;
using static PerfPlatform.Tests.Ingestion.Otlp.OtlpRequests;

namespace PerfPlatform.Tests.Contracts.Hosts;

/// <summary>
/// What the collectors send, taken in by the product's own intake. node_exporter 1.5 and collectd 5.12 were recorded beside each other on one machine
/// (two cores, no swap, one ext4 filesystem); the Collector and Telegraf are written by their documentation with values that are easy to check.
/// </summary>
internal static class CollectorSamples
{
    public const string Web1 = "web-1";
    private const long Start = 1_795_676_510_000;

    public static RecordedStore NodeExporter(params (string Name, string Value)[] more)
    {
        var store = new RecordedStore();
        foreach (var (file, time) in new[] { ("node_exporter-1.prom", 1_795_676_510_100L), ("node_exporter-2.prom", 1_795_676_541_200L) })
        {
            foreach (var sample in ExpositionReference.ReadFast(File.ReadAllText(Path(file)), openMetrics: false)!)
            {
                var labels = LabelsOf(sample.Labels).Concat([("instance", "10.0.0.7:9100"), ("job", "node")]).Concat(more);
                store.Add(sample.Metric, LabelSet.Of([.. labels]), time, BitConverter.Int64BitsToDouble(sample.Bits));
            }
        }

        return store;
    }

    public static RecordedStore Collectd() => TakenIn(request => new CollectdIntake().Read(File.ReadAllBytes(Path("collectd.json")), request));

    public static RecordedStore Telegraf() => TakenIn(request =>
    {
        using var intake = new InfluxIntake(TimePrecision.Nanoseconds);
        intake.Read(File.ReadAllBytes(Path("telegraf.txt")), request);
    });

    /// <summary>The hostmetrics receiver with two cores, three of its ten seconds busy and one waiting on the first core, one busy on the second.</summary>
    /// <param name="optional">With the metrics that are off by default.</param>
    public static RecordedStore OpenTelemetry(bool optional)
    {
        var metrics = new List<byte[]>();
        for (var i = 0; i < 4; i++)
        {
            var (time, seconds) = (Start + (i * 10_000), i * 10.0);
            byte[] Point(double value, params string[] attributes) => Number(time, value, [.. attributes.Chunk(2).Select(a => Attribute(a[0], a[1]))]);
            byte[] Counter(string name, params byte[][] points) => Sum(name, Cumulative, true, points);
            byte[] Level(string name, params byte[][] points) => Sum(name, Cumulative, false, points);
            byte[][] Cpu(Func<string, string, double> value) =>
                [.. from cpu in new[] { "cpu0", "cpu1" } from state in States select Point(value(cpu, state), "cpu", cpu, "state", state)];
            metrics.Add(Counter("system.cpu.time", Cpu((cpu, state) => 100 + (Share(cpu, state) * seconds))));
            metrics.Add(Gauge("system.cpu.load_average.1m", "{thread}", Point(3)));
            metrics.Add(Level("system.memory.usage", Point(6e9, "state", "used"), Point(2e9, "state", "free"), Point(1e9, "state", "buffered"), Point(7e9, "state", "cached"),
                Point(5e8, "state", "slab_reclaimable"), Point(3e8, "state", "slab_unreclaimable")));
            metrics.Add(Level("system.filesystem.usage",
                Point(60e9, "device", "/dev/sda1", "mode", "rw", "mountpoint", "/", "type", "ext4", "state", "used"),
                Point(30e9, "device", "/dev/sda1", "mode", "rw", "mountpoint", "/", "type", "ext4", "state", "free"),
                Point(10e9, "device", "/dev/sda1", "mode", "rw", "mountpoint", "/", "type", "ext4", "state", "reserved"),
                Point(90e9, "device", "/dev/sdb1", "mode", "rw", "mountpoint", "/srv", "type", "xfs", "state", "used"),
                Point(910e9, "device", "/dev/sdb1", "mode", "rw", "mountpoint", "/srv", "type", "xfs", "state", "free"),
                Point(55e6, "device", "/dev/loop3", "mode", "ro", "mountpoint", "/snap/core/1", "type", "squashfs", "state", "used"),
                Point(0, "device", "/dev/loop3", "mode", "ro", "mountpoint", "/snap/core/1", "type", "squashfs", "state", "free")));
            metrics.Add(Counter("system.disk.io", [.. from device in new[] { "nvme0n1", "nvme0n1p2", "dm-0", "md0", "loop3" }
                from way in new[] { ("read", 100_000), ("write", 50_000) } select Point(way.Item2 * seconds, "device", device, "direction", way.Item1)]));
            metrics.Add(Counter("system.disk.io_time", Point(0.5 * seconds, "device", "nvme0n1"), Point(0.9 * seconds, "device", "dm-0")));
            metrics.Add(Counter("system.network.io", [.. from device in new[] { "eth0", "eth1", "bond0", "docker0", "veth0a1b", "lo", "eth0.100" }
                from way in new[] { ("receive", 1000), ("transmit", 400) } select Point(way.Item2 * seconds, "device", device, "direction", way.Item1)]));
            metrics.Add(Counter("system.network.errors", Point(seconds, "device", "eth0", "direction", "receive"), Point(2 * seconds, "device", "eth0", "direction", "transmit")));
            metrics.Add(Counter("system.network.dropped", Point(seconds, "device", "eth0", "direction", "receive"), Point(0, "device", "eth0", "direction", "transmit")));
            metrics.Add(Level("system.paging.usage", Point(250, "device", "/dev/sda2", "state", "used"), Point(750, "device", "/dev/sda2", "state", "free")));
            metrics.Add(Counter("system.paging.operations", Point(3 * seconds, "direction", "page_in", "type", "major"), Point(4 * seconds, "direction", "page_out", "type", "major"),
                Point(500 * seconds, "direction", "page_in", "type", "minor")));
            if (!optional) continue;
            metrics.Add(Gauge("system.cpu.utilization", "1", Cpu(Share)));
            metrics.Add(Gauge("system.memory.utilization", "1", Point(0.375, "state", "used"), Point(0.125, "state", "free"), Point(0.0625, "state", "buffered"), Point(0.4375, "state", "cached")));
            metrics.Add(Gauge("system.filesystem.utilization", "1",
                Point(2 / 3.0, "device", "/dev/sda1", "mode", "rw", "mountpoint", "/", "type", "ext4"),
                Point(1, "device", "/dev/loop3", "mode", "ro", "mountpoint", "/snap/core/1", "type", "squashfs")));
            metrics.Add(Gauge("system.paging.utilization", "1", Point(0.25, "device", "/dev/sda2", "state", "used"), Point(0.75, "device", "/dev/sda2", "state", "free")));
            metrics.Add(Gauge("system.uptime", "s", Point(1000 + seconds)));
        }

        return TakenIn(request => new OtlpIntake(new OtlpResources()).Read(Request(ResourceMetrics([Attribute("host.name", Web1), Attribute("os.type", "linux")], [.. metrics])), request));
    }

    private static readonly string[] States = ["user", "system", "idle", "interrupt", "nice", "softirq", "steal", "wait"];

    private static double Share(string cpu, string state) => (cpu, state) switch
    {
        ("cpu0", "user") => 0.2,
        ("cpu0", "system") => 0.1,
        ("cpu0", "wait") => 0.1,
        ("cpu0", "idle") => 0.6,
        ("cpu1", "user") => 0.1,
        ("cpu1", "idle") => 0.9,
        _ => 0,
    };

    private static RecordedStore TakenIn(Action<IntakeRequest> read)
    {
        var harness = new IntakeHarness();
        harness.Clock.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(Start + 60_000));
        var request = harness.Begin(1000);
        read(request);
        Xunit.Assert.Equal(0, request.Rejections.Total);
        return new RecordedStore().Add(harness.Build(request));
    }

    private static string Path(string file) => System.IO.Path.Combine(AppContext.BaseDirectory, "Contracts", "Hosts", "testdata", file);

    private static IEnumerable<(string Name, string Value)> LabelsOf(string labels) =>
        labels.Length == 0 ? [] : labels.Split('|').Select(l => l.Split('=', 2)).Select(l => (l[0], l[1]));
}

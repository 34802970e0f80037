using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using Xunit;
using static PerfPlatform.Contracts.Hosts.HostSignal;

namespace PerfPlatform.Tests.Contracts.Hosts;

public sealed class HostSignalReaderTests
{
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_Collector_IsWhatTheHostDid(bool optional)
    {
        var store = CollectorSamples.OpenTelemetry(optional);

        await IsAsync(store, CollectorSamples.Web1, 1e-9,
            (Cpu, 0.2), (Load, 3), (LoadPerCore, 1.5), (Memory, 0.375), (Swap, 0.25), (PagesSwapped, 7), (Filesystem, 2 / 3.0), (DiskRead, 100_000), (DiskWritten, 50_000),
            (DiskBusy, 0.5), (Received, 2000), (Sent, 800), (NetworkErrors, 3), (NetworkDropped, 1));
        Assert.Equal(optional ? 1015 : null, await MeanAsync(store, Uptime, CollectorSamples.Web1));
        Assert.Null(await MeanAsync(store, CpuPressure, CollectorSamples.Web1));
    }

    [Fact]
    public async Task Read_CollectorThatTellsWhatIsAvailable_TakesThat()
    {
        var store = CollectorSamples.OpenTelemetry(optional: true);
        var host = LabelSet.Of(("host.name", CollectorSamples.Web1));
        for (var i = 0; i < 4; i++)
        {
            var time = store.First.ToUnixTimeMilliseconds() + (i * 10_000);
            store.Add("system.memory.limit", host, time, 16e9).Add("system.linux.memory.available", host, time, 12e9);
        }

        await IsAsync(store, CollectorSamples.Web1, 1e-9, (Memory, 0.25));
    }

    [Fact]
    public async Task Read_Telegraf_IsWhatTheHostDid() => await IsAsync(CollectorSamples.Telegraf(), CollectorSamples.Web1, 1e-9,
        (Cpu, 0.25), (Load, 3), (LoadPerCore, 1.5), (Memory, 0.625), (Swap, 0.25), (PagesSwapped, 3), (Filesystem, 2 / 3.0), (DiskRead, 100_000), (DiskWritten, 50_000),
        (DiskBusy, 0.5), (Received, 1000), (Sent, 400), (NetworkErrors, 1), (NetworkDropped, 2), (Uptime, 1015));

    // Telegraf tells an idle of a little less than nothing, and counts a little more than a second's milliseconds in a second.
    [Fact]
    public async Task Read_ShareThatComesOutAsMoreThanAll_IsAll()
    {
        var store = new RecordedStore();
        LabelSet host = LabelSet.Of(("host", "odd")), cpu = LabelSet.Of(("host", "odd"), ("cpu", "cpu-total")), disk = LabelSet.Of(("host", "odd"), ("name", "sda"));
        for (var i = 0; i < 4; i++)
        {
            var time = 1_790_000_000_000 + (i * 10_000);
            store.Add("cpu_usage_idle", cpu, time, -0.4).Add("cpu_usage_iowait", cpu, time, 0).Add("diskio_io_time", disk, time, i * 10_120).Add("mem_available_percent", host, time, 100.00001);
        }

        foreach (var (signal, share) in new[] { (Cpu, 1.0), (DiskBusy, 1), (Memory, 0) })
        {
            Assert.All((await ReadAsync(store, signal, "odd")).Lines.Single().Values.Where(double.IsFinite), value => Assert.Equal(share, value));
        }
    }

    // Beside the recording, by /proc and df: 6,209 of 6,215 ticks busy, 21,563,428 of 24,684,092 kB available, 22,854 of 99,100 MB used, 31 s between the two.
    [Fact]
    public async Task Read_NodeExporter_IsWhatTheKernelSaid()
    {
        var store = CollectorSamples.NodeExporter();

        await IsAsync(store, "10.0.0.7:9100", 0.02,
            (Cpu, 6209 / 6215.0), (Memory, 1 - (21_563_428 / 24_684_092.0)), (Filesystem, 22_863_790_080 / (22_863_790_080 + 76_236_853_248.0)),
            (Received, 4312 / 31.1), (Sent, 4312 / 31.1), (DiskRead, 592 * 512 / 31.1), (DiskWritten, 665_368 * 512 / 31.1), (DiskBusy, 1.356 / 31.1), (NetworkErrors, 0));
        Assert.InRange((await MeanAsync(store, Uptime, "10.0.0.7:9100"))!.Value, 1126, 1158);
        Assert.InRange((await MeanAsync(store, LoadPerCore, "10.0.0.7:9100"))!.Value, 7.2, 9.2);
        Assert.InRange((await MeanAsync(store, CpuPressure, "10.0.0.7:9100"))!.Value, 0.3, 1);
        Assert.Null(await MeanAsync(store, Swap, "10.0.0.7:9100"));
    }

    [Fact]
    public async Task Read_NodeExporterWithAHostName_IsThatHost()
    {
        var store = CollectorSamples.NodeExporter(("host.name", "web-7"));

        Assert.NotNull(await MeanAsync(store, Cpu, "web-7"));
        Assert.Null(await MeanAsync(store, Cpu, "10.0.0.7:9100"));
    }

    // The same machine and minute as node_exporter's.
    [Fact]
    public async Task Read_Collectd_IsWhatTheKernelSaid()
    {
        var store = CollectorSamples.Collectd();

        await IsAsync(store, CollectorSamples.Web1, 0.03,
            (Cpu, 6209 / 6215.0), (Memory, 0.1), (Filesystem, 22_854 / 99_100.0), (NetworkErrors, 0), (PagesSwapped, 0));
        Assert.InRange((await MeanAsync(store, LoadPerCore, CollectorSamples.Web1))!.Value, 7, 10);
        Assert.InRange((await MeanAsync(store, DiskWritten, CollectorSamples.Web1))!.Value, 5e6, 2e7);
        Assert.InRange((await MeanAsync(store, Received, CollectorSamples.Web1))!.Value, 50, 1e6);
        Assert.Equal(["root"], (await ReadAsync(store, Filesystem, null, byDevice: true)).Lines.Select(l => l.Device));
        Assert.Null(await MeanAsync(store, Swap, CollectorSamples.Web1));
    }

    [Fact]
    public async Task Read_Agent_IsItsTotalInOneQuery()
    {
        var store = Agent();

        await IsAsync(store, "web-1", 1e-9, (Cpu, 0.42), (Memory, 0.5), (Filesystem, 0.7), (DiskRead, 100_000), (CpuPressure, 0.1), (DiskBusy, 0.3));
        store.Asked.Clear();
        await ReadAsync(store, Cpu, "web-1");
        Assert.Single(store.Asked);
    }

    [Fact]
    public async Task Read_SeveralHosts_EachByItsCollector()
    {
        var store = Agent();
        for (var i = 0; i < 4; i++)
        {
            foreach (var (state, share) in new[] { ("user", 0.9), ("idle", 0.1) })
            {
                store.Add("system.cpu.utilization", LabelSet.Of(("host.name", "other-1"), ("cpu", "cpu0"), ("state", state)), i * 1000, share);
                store.Add("system.cpu.utilization", LabelSet.Of(("host.name", "web-1"), ("cpu", "cpu0"), ("state", state)), i * 1000, share);
            }
        }

        var lines = (await ReadAsync(store, Cpu, null)).Lines;

        Assert.Equal([("other-1", 0.9), ("web-1", 0.42)], lines.Select(l => (l.Host, Math.Round(l.Values.Where(double.IsFinite).Average(), 6))));
        Assert.Equal([HostCollector.OpenTelemetry, HostCollector.Agent], lines.Select(l => l.Source.Collector));
    }

    [Fact]
    public async Task Read_HostThatSendsNothingOfIt_IsNotThere() => Assert.Empty((await ReadAsync(new RecordedStore().Add("app.requests", LabelSet.Of(("host.name", "web-1")), 1000, 1), Cpu, null)).Lines);

    [Theory]
    [InlineData("sda", true)]
    [InlineData("sdaa", true)]
    [InlineData("sda1", false)]
    [InlineData("xvdb", true)]
    [InlineData("vda15", false)]
    [InlineData("nvme0n1", true)]
    [InlineData("nvme0n1p1", false)]
    [InlineData("mmcblk0", true)]
    [InlineData("mmcblk0p2", false)]
    [InlineData("dm-0", false)]
    [InlineData("md0", false)]
    [InlineData("md127", false)]
    [InlineData("md0p1", false)]
    [InlineData("loop12", false)]
    [InlineData("ram0", false)]
    [InlineData("zram0", false)]
    [InlineData("drbd1", false)]
    [InlineData("zd16", false)]
    [InlineData("bcache0", false)]
    [InlineData("nbd0", true)]
    [InlineData("nbd0p1", false)]
    [InlineData("rbd0", true)]
    [InlineData("sr0", true)]
    [InlineData("C:", true)]
    [InlineData("disk0", true)]
    public void Disks_Name_CountsTheLowestLayer(string name, bool counts) =>
        Assert.Equal(counts, LabelMatcher.Parse(RealDevices.Disks("device")).Matches(LabelSet.Of(("device", name))));

    [Theory]
    [InlineData("eth0", true)]
    [InlineData("enp3s0f1np1", true)]
    [InlineData("wlan0", true)]
    [InlineData("ib0", true)]
    [InlineData("Ethernet 2", true)]
    [InlineData("lo", false)]
    [InlineData("docker0", false)]
    [InlineData("veth12ab", false)]
    [InlineData("br-4f0a", false)]
    [InlineData("br0", false)]
    [InlineData("bond0", false)]
    [InlineData("eth0.100", false)]
    [InlineData("wg0", false)]
    [InlineData("cali12", false)]
    [InlineData("tun0", false)]
    public void Interfaces_Name_CountsPhysicalOnes(string name, bool counts) =>
        Assert.Equal(counts, LabelMatcher.Parse(RealDevices.Interfaces("device")).Matches(LabelSet.Of(("device", name))));

    [Fact]
    public void Sources_EverySignal_HasSomeWithFiltersThatCanBeRead()
    {
        foreach (var signal in Enum.GetValues<HostSignal>())
        {
            Assert.NotEmpty(HostSignals.Sources(signal));
            foreach (var term in HostSignals.Sources(signal).SelectMany(s => s.Plus.Concat(s.Per))) Assert.All(term.Match, m => LabelMatcher.Parse(m));
        }
    }

    // The pages follow the agent's samples one by one: for them its source must be the first and need no arithmetic.
    [Fact]
    public void Sources_Agent_IsFirstAndOneQuery()
    {
        foreach (var signal in Enum.GetValues<HostSignal>().Where(s => s != LoadPerCore))
        {
            var first = HostSignals.Sources(signal)[0];
            Assert.True(first.IsPlain && first.Collector.HostLabels is ["host.name"], $"{signal}");
        }
    }

    [Fact]
    public async Task Read_GreatestOfAShareThatIsAQuotient_IsNotTheLeast()
    {
        var store = new RecordedStore();
        for (var i = 0; i < 10; i++)
        {
            store.Add("cpu_usage_idle", LabelSet.Of(("host", "web-1"), ("cpu", "cpu-total")), i * 1000, i < 5 ? 90 : 50);
            store.Add("cpu_usage_iowait", LabelSet.Of(("host", "web-1"), ("cpu", "cpu-total")), i * 1000, 0);
        }

        var answer = await new HostSignalReader(store).ReadAsync(
            new HostQuestion { Signal = Cpu, Aggregation = Aggregation.Max, From = store.First, To = store.Last, Step = TimeSpan.FromSeconds(10) }, TestContext.Current.CancellationToken);

        Assert.InRange(answer.Lines.Single().Values[0], 0.25, 0.35);
    }

    private static RecordedStore Agent()
    {
        var store = new RecordedStore();
        for (var i = 0; i < 4; i++)
        {
            void Add(string metric, double value, params (string, string)[] labels) => store.Add(metric, LabelSet.Of([("host.name", "web-1"), .. labels]), i * 1000, value);
            Add("system.cpu.utilization", 0.42);
            Add("system.cpu.utilization", 0.58, ("cpu.mode", "idle"));
            Add("system.cpu.utilization", 0.9, ("cpu.logical_number", "0"));
            Add("system.memory.utilization", 0.5);
            Add("system.pressure.average.10s", 0.1, ("system.pressure.resource", "cpu"), ("system.pressure.type", "some"));
            Add("system.pressure.average.10s", 0.05, ("system.pressure.resource", "cpu"), ("system.pressure.type", "full"));
            foreach (var device in new[] { "nvme0n1", "dm-0", "md0" }) Add("system.disk.io", 100_000.0 * i, ("system.device", device), ("disk.io.direction", "read"));
            Add("system.disk.utilization", 0.3, ("system.device", "nvme0n1"));
            Add("system.disk.utilization", 0.6, ("system.device", "dm-0"));
            Add("system.filesystem.utilization", 0.7, ("system.filesystem.mountpoint", "/"), ("system.filesystem.type", "ext4"));
            Add("system.filesystem.utilization", 1, ("system.filesystem.mountpoint", "/snap/x"), ("system.filesystem.type", "squashfs"));
        }

        return store;
    }

    private static async Task IsAsync(RecordedStore store, string host, double tolerance, params (HostSignal Signal, double Value)[] expected)
    {
        foreach (var (signal, value) in expected)
        {
            var mean = await MeanAsync(store, signal, host) ?? throw new Xunit.Sdk.XunitException($"{signal} is not known.");
            Assert.True(Math.Abs(mean - value) <= tolerance * Math.Max(1, Math.Abs(value)), $"{signal} is {mean}, not {value}.");

            // Asked for all hosts it is the same.
            var all = (await ReadAsync(store, signal, null)).Lines.Single(l => l.Host == host);
            Assert.Equal(mean, all.Values.Where(double.IsFinite).Average(), 9);
        }
    }

    private static async Task<double?> MeanAsync(RecordedStore store, HostSignal signal, string host) =>
        (await ReadAsync(store, signal, host)).Lines is [var line] ? line.Values.Where(double.IsFinite).Average() : null;

    private static Task<HostLines> ReadAsync(RecordedStore store, HostSignal signal, string? host, bool byDevice = false) => new HostSignalReader(store).ReadAsync(
        new HostQuestion { Signal = signal, Host = host, ByDevice = byDevice, From = store.First, To = store.Last.AddMilliseconds(1), Step = TimeSpan.FromSeconds(10) },
        TestContext.Current.CancellationToken);
}

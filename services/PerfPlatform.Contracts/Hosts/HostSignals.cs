using PerfPlatform.Contracts.Queries;
using static PerfPlatform.Contracts.Hosts.HostCollector;

namespace PerfPlatform.Contracts.Hosts;

/// <summary>
/// The one place that knows what the metrics of the common collectors mean: for each signal its sources, the preferred first. Pages, findings, scores, reports and
/// the default rules read hosts by it. A signal that a collector does not send is not known; nothing stands in for it.
/// </summary>
public static class HostSignals
{
    private static readonly OpenTelemetryNames[] s_names = [OpenTelemetryNames.Conventions, OpenTelemetryNames.HostMetrics];

    private static readonly Dictionary<HostSignal, IReadOnlyList<SignalSource>> s_sources = new()
    {
        [HostSignal.Cpu] =
        [
            // The agent's total has neither mode nor core.
            One(Agent, new SignalTerm("system.cpu.utilization", "cpu.mode=", "cpu.logical_number=", "state=", "cpu=")),
            .. s_names.Select(n => Ratio(OpenTelemetry, new("system.cpu.utilization", Busy(n.CpuMode)), new("system.cpu.utilization", n.CpuMode + "!="))),
            .. s_names.Select(n => Ratio(OpenTelemetry, Rate("system.cpu.time", Busy(n.CpuMode)), Rate("system.cpu.time", n.CpuMode + "!="))),
            Ratio(NodeExporter, Rate("node_cpu_seconds_total", Busy("mode")), Rate("node_cpu_seconds_total", "mode!=")),
            new() { Collector = Telegraf, Offset = 1, Plus = [Percent("cpu_usage_idle", -1, "cpu=cpu-total"), Percent("cpu_usage_iowait", -1, "cpu=cpu-total")] },
            Ratio(Collectd, Rate("collectd.cpu.cpu", Busy("type_instance")), Rate("collectd.cpu.cpu", "type_instance!=")),
            Ratio(Collectd, new("collectd.cpu.percent", Busy("type_instance")), new("collectd.cpu.percent", "type_instance!=")),
        ],
        [HostSignal.CpuPressure] = Pressure("cpu", "node_pressure_cpu_waiting_seconds_total"),
        [HostSignal.Load] =
        [
            One(OpenTelemetry, new("system.cpu.load_average.1m")),
            One(NodeExporter, new("node_load1")),
            One(Telegraf, new("system_load1")),
            One(Collectd, new("collectd.load.load.shortterm")),
        ],
        [HostSignal.LoadPerCore] =
        [
            // Where nobody tells their number: cores together have as many seconds a second.
            Ratio(OpenTelemetry, new("system.cpu.load_average.1m"), new("system.cpu.logical.count")),
            .. s_names.Select(n => Ratio(OpenTelemetry, new("system.cpu.load_average.1m"), Rate("system.cpu.time", n.CpuMode + "!="))),
            Ratio(NodeExporter, new("node_load1"), Rate("node_cpu_seconds_total", "mode!=")),
            Ratio(Telegraf, new("system_load1"), new("system_n_cpus")),
            Ratio(Collectd, new("collectd.load.load.shortterm"), Rate("collectd.cpu.cpu", "type_instance!=") with { Weight = 0.01 }), // in hundredths of a second
        ],
        [HostSignal.Memory] =
        [
            One(Agent, new("system.memory.utilization", "system.memory.state=", "state=")),
            Missing(OpenTelemetry, new("system.memory.limit"), new SignalTerm("system.linux.memory.available")),
            .. s_names.Select(n => One(OpenTelemetry, new("system.memory.utilization", n.MemoryState + "=used"))),
            // Not all states: those of the slabs are in others already.
            .. s_names.Select(n => Ratio(OpenTelemetry, new("system.memory.usage", n.MemoryState + "=used"), new("system.memory.usage", n.MemoryState + "~used|free|buffered|buffers|cached|inactive"))),
            Missing(NodeExporter, new("node_memory_MemTotal_bytes"), new SignalTerm("node_memory_MemAvailable_bytes")),
            // Kernels before 3.14.
            Missing(NodeExporter, new("node_memory_MemTotal_bytes"), new("node_memory_MemFree_bytes"), new("node_memory_Buffers_bytes"), new("node_memory_Cached_bytes")),
            new() { Collector = Telegraf, Offset = 1, Plus = [Percent("mem_available_percent", -1)] },
            new() { Collector = Telegraf, Plus = [Percent("mem_used_percent", 1)] },
            Ratio(Collectd, new("collectd.memory.memory", "type_instance~used|slab_unrecl"), new("collectd.memory.memory", "type_instance!=")),
            Ratio(Collectd, new("collectd.memory.percent", "type_instance~used|slab_unrecl"), new("collectd.memory.percent", "type_instance!=")),
        ],
        [HostSignal.MemoryPressure] = Pressure("memory", "node_pressure_memory_waiting_seconds_total"),
        [HostSignal.Swap] =
        [
            One(Agent, new("system.paging.utilization", "system.paging.state=", "state=")),
            .. s_names.Select(n => Ratio(OpenTelemetry, new("system.paging.usage", n.PagingState + "=used"), new("system.paging.usage", n.PagingState + "~used|free"))),
            Missing(NodeExporter, new("node_memory_SwapTotal_bytes"), new SignalTerm("node_memory_SwapFree_bytes")),
            Ratio(Telegraf, new("swap_used"), new("swap_total")),
            Ratio(Collectd, new("collectd.swap.swap", "type_instance=used"), new("collectd.swap.swap", "type_instance~used|free|cached")),
        ],
        [HostSignal.PagesSwapped] =
        [
            One(Agent, Rate("system.paging.operations", "system.paging.direction!=", "type=")),
            // By the receiver's words a major operation is one of swap, a minor one any page read or written.
            One(OpenTelemetry, Rate("system.paging.operations", "direction!=", "type=major")),
            new() { Collector = NodeExporter, Plus = [Rate("node_vmstat_pswpin"), Rate("node_vmstat_pswpout")] },
            new() { Collector = Telegraf, Plus = [Rate("swap_in") with { Weight = 1 / 4096.0 }, Rate("swap_out") with { Weight = 1 / 4096.0 }] }, // in bytes
            One(Collectd, Rate("collectd.swap.swap_io")),
        ],
        [HostSignal.DiskRead] = DiskIo("read", "node_disk_read_bytes_total", "diskio_read_bytes", "collectd.disk.disk_octets.read"),
        [HostSignal.DiskWritten] = DiskIo("write", "node_disk_written_bytes_total", "diskio_write_bytes", "collectd.disk.disk_octets.write"),
        [HostSignal.DiskBusy] =
        [
            One(Agent, new("system.disk.utilization", "system.device!=", RealDevices.Disks("system.device")) { Reduction = Reduction.Max }, "system.device"),
            .. s_names.Select(n => One(OpenTelemetry, Rate("system.disk.io_time", n.Disk + "!=", RealDevices.Disks(n.Disk)), n.Disk)),
            One(NodeExporter, Rate("node_disk_io_time_seconds_total", RealDevices.Disks("device")), "device"),
            One(Telegraf, Rate("diskio_io_time", RealDevices.Disks("name")) with { Weight = 0.001 }, "name"), // in milliseconds
            One(Collectd, Rate("collectd.disk.disk_io_time.io_time", RealDevices.Disks("plugin_instance")) with { Weight = 0.001 }, "plugin_instance"),
        ],
        [HostSignal.IoPressure] = Pressure("io", "node_pressure_io_waiting_seconds_total"),
        [HostSignal.Filesystem] =
        [
            .. s_names.Select(n => One(n == OpenTelemetryNames.Conventions ? Agent : OpenTelemetry, new SignalTerm(
                "system.filesystem.utilization", n.Mountpoint + "!=", n.FilesystemState + "~used|", RealDevices.Filesystems(n.FilesystemType)) { Reduction = Reduction.Max }, n.Mountpoint)),
            .. s_names.Select(n => Ratio(
                OpenTelemetry,
                new("system.filesystem.usage", n.Mountpoint + "!=", n.FilesystemState + "=used", RealDevices.Filesystems(n.FilesystemType)),
                new("system.filesystem.usage", n.Mountpoint + "!=", n.FilesystemState + "~used|free", RealDevices.Filesystems(n.FilesystemType))) with { Device = n.Mountpoint }),
            new()
            {
                Collector = NodeExporter, Device = "mountpoint",
                Plus = [Node("size", 1), Node("free", -1)],
                Per = [Node("size", 1), Node("free", -1), Node("avail", 1)],
            },
            One(Telegraf, Percent("disk_used_percent", 1, RealDevices.Filesystems("fstype")) with { Reduction = Reduction.Max }, "path"),
            Ratio(
                Collectd,
                new("collectd.df.df_complex", "type_instance=used", RealDevices.Mounts("plugin_instance")),
                new("collectd.df.df_complex", "type_instance~used|free", RealDevices.Mounts("plugin_instance"))) with { Device = "plugin_instance" },
            Ratio(
                Collectd,
                new("collectd.df.percent_bytes", "type_instance=used", RealDevices.Mounts("plugin_instance")),
                new("collectd.df.percent_bytes", "type_instance~used|free", RealDevices.Mounts("plugin_instance"))) with { Device = "plugin_instance" },
        ],
        [HostSignal.Received] = NetworkIo("receive", "node_network_receive_bytes_total", "net_bytes_recv", "collectd.interface.if_octets.rx"),
        [HostSignal.Sent] = NetworkIo("transmit", "node_network_transmit_bytes_total", "net_bytes_sent", "collectd.interface.if_octets.tx"),
        [HostSignal.NetworkErrors] = NetworkTrouble("errors", "errs", "err", "errors"),
        [HostSignal.NetworkDropped] = NetworkTrouble("dropped", "drop", "drop", "dropped"),
        [HostSignal.Uptime] =
        [
            One(OpenTelemetry, new("system.uptime")),
            new() { Collector = NodeExporter, Plus = [new("node_time_seconds"), new("node_boot_time_seconds") { Weight = -1 }] },
            One(Telegraf, new("system_uptime")),
            One(Collectd, new("collectd.uptime.uptime")),
        ],
    };

    /// <summary>
    /// Series by which a host of a collector is known, in the order of preference: each collector tells the memory on every system, the agent its processor too.
    /// </summary>
    public static IReadOnlyList<(HostCollector Collector, SeriesSelector Series)> Marks { get; } =
    [
        (Agent, SeriesSelector.Of("system.cpu.utilization", "cpu.mode=", "cpu.logical_number=", "state=", "cpu=", "host.name!=")),
        (OpenTelemetry, SeriesSelector.Of("system.memory.usage", "state=used", "host.name!=")),
        (OpenTelemetry, SeriesSelector.Of("system.memory.usage", "system.memory.state=used", "host.name!=")),
        (NodeExporter, SeriesSelector.Of("node_memory_MemTotal_bytes")),
        (NodeExporter, SeriesSelector.Of("node_load1")), // systems other than Linux name memory otherwise
        (Telegraf, SeriesSelector.Of("mem_total", "host!=")),
        (Collectd, SeriesSelector.Of("collectd.memory.memory", "type_instance=used")),
        (Collectd, SeriesSelector.Of("collectd.load.load.shortterm")),
    ];

    /// <summary>The sources of a signal, the preferred first.</summary>
    public static IReadOnlyList<SignalSource> Sources(HostSignal signal) => s_sources[signal];

    /// <summary>How devices become one value for the host: what is full or busy counts by its worst, what flows adds up.</summary>
    public static Reduction Across(HostSignal signal) => signal is HostSignal.Filesystem or HostSignal.DiskBusy ? Reduction.Max : Reduction.Sum;

    /// <summary>The unit (UCUM) of a signal; empty for plain numbers.</summary>
    public static string Unit(HostSignal signal) => signal switch
    {
        HostSignal.Load or HostSignal.LoadPerCore => "",
        HostSignal.PagesSwapped or HostSignal.NetworkErrors or HostSignal.NetworkDropped => "/s",
        HostSignal.DiskRead or HostSignal.DiskWritten or HostSignal.Received or HostSignal.Sent => "By/s",
        HostSignal.Uptime => "s",
        _ => "1",
    };

    // Idle and waiting for disks are not work; the Collector and collectd say "wait" for iowait.
    private static string[] Busy(string label) => [label + "!=", label + "!~idle|iowait|wait"];

    private static SignalTerm Rate(string metric, params string[] match) => new(metric, match) { Function = SeriesFunction.Rate };

    private static SignalTerm Percent(string metric, double weight, params string[] match) => new(metric, match) { Weight = weight / 100 };

    private static SignalTerm Node(string kind, double weight) =>
        new($"node_filesystem_{kind}_bytes", RealDevices.Filesystems("fstype")) { Weight = weight, Reduction = Reduction.Max };

    private static SignalSource One(HostCollector collector, SignalTerm term, string? device = null) => new() { Collector = collector, Plus = [term], Device = device };

    private static SignalSource Ratio(HostCollector collector, SignalTerm part, SignalTerm whole) => new() { Collector = collector, Plus = [part], Per = [whole] };

    // The part of a whole that is not among the rest.
    private static SignalSource Missing(HostCollector collector, SignalTerm whole, params IReadOnlyList<SignalTerm> rest) =>
        new() { Collector = collector, Plus = [whole, .. rest.Select(r => r with { Weight = -1 })], Per = [whole] };

    private static SignalSource[] Pressure(string resource, string node) =>
    [
        One(Agent, new("system.pressure.average.10s", "system.pressure.resource=" + resource, "system.pressure.type=some")),
        One(NodeExporter, Rate(node)),
    ];

    private static SignalSource[] DiskIo(string direction, string node, string telegraf, string collectd) =>
    [
        .. s_names.Select(n => One(OpenTelemetry, Rate("system.disk.io", n.DiskDirection + "=" + direction, n.Disk + "!=", RealDevices.Disks(n.Disk)), n.Disk)),
        One(NodeExporter, Rate(node, RealDevices.Disks("device")), "device"),
        One(Telegraf, Rate(telegraf, RealDevices.Disks("name")), "name"),
        One(Collectd, Rate(collectd, RealDevices.Disks("plugin_instance")), "plugin_instance"),
    ];

    private static SignalSource[] NetworkIo(string direction, string node, string telegraf, string collectd) =>
    [
        .. s_names.Select(n => One(OpenTelemetry, Rate("system.network.io", n.NetworkDirection + "=" + direction, n.Interface + "!=", RealDevices.Interfaces(n.Interface)), n.Interface)),
        One(NodeExporter, Rate(node, RealDevices.Interfaces("device")), "device"),
        One(Telegraf, Rate(telegraf, RealDevices.Interfaces("interface")), "interface"),
        One(Collectd, Rate(collectd, RealDevices.Interfaces("plugin_instance")), "plugin_instance"),
    ];

    private static SignalSource[] NetworkTrouble(string openTelemetry, string node, string telegraf, string collectd) =>
    [
        .. s_names.Select(n => One(OpenTelemetry, Rate("system.network." + openTelemetry, n.Interface + "!=", RealDevices.Interfaces(n.Interface)), n.Interface)),
        Both(NodeExporter, "device", $"node_network_receive_{node}_total", $"node_network_transmit_{node}_total"),
        Both(Telegraf, "interface", $"net_{telegraf}_in", $"net_{telegraf}_out"),
        Both(Collectd, "plugin_instance", $"collectd.interface.if_{collectd}.rx", $"collectd.interface.if_{collectd}.tx"),
    ];

    private static SignalSource Both(HostCollector collector, string device, string received, string sent) => new()
    {
        Collector = collector,
        Device = device,
        Plus = [Rate(received, RealDevices.Interfaces(device)), Rate(sent, RealDevices.Interfaces(device))],
    };
}

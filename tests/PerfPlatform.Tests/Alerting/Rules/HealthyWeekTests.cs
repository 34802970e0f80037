using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Alerting.Machine;
using PerfPlatform.Alerting.Rulebook;
using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Alerting.Rules;

/// <summary>The default rules over a simulated week of hosts that do well, and over a day of one that does not; each measured by every collector.</summary>
public sealed class HealthyWeekTests
{
    private const int Second = 1000;
    private const int Day = 86_400;
    private const int Week = 7 * Day;
    private const long Start = 1_790_000_000_000;

    /// <summary>What a host does, by the second since the start; shares are parts of one, not there is a value that is not a number.</summary>
    private sealed record Life(string Name, Func<int, double> Cpu, Func<int, double> Load, Func<int, double> Memory, Func<int, double> Disk, Func<int, bool> IsUp);

    private static readonly Life[] Healthy =
    [
        // Busy by day, idle at night; its logs fill the disk from 55 to 67 % and are thrown away each hour; five minutes at full load each noon.
        new("web-1", t => t % Day is > 43_000 and < 43_300 ? 1 : 0.35 - (0.25 * Math.Cos(2 * Math.PI * t / Day)), t => 0.6, t => 0.6 + (0.05 * Noise(t)), t => 0.55 + (0.12 * (t % 3600) / 3600), _ => true),
        // A batch of ninety minutes each night at 95 %, with a dump that stays until morning. Started anew once, away for ninety seconds.
        new("batch-1", t => IsNight(t) ? 0.95 : 0.05, t => IsNight(t) ? 1.4 : 0.1, t => IsNight(t) ? 0.78 : 0.3, t => 0.5 + Dump(t), t => t is < (3 * Day) or > (3 * Day) + 90),
        // A database: memory well used, a disk that grows by half a point a day.
        new("db-1", t => 0.4 + (0.1 * Noise(t)), t => 0.8, t => 0.78, t => 0.74 + (0.005 * t / Day), _ => true),
    ];

    private static readonly Life[] Sick =
    [
        // From the sixth hour on everything is used up; at the end it is gone.
        new("sick-1", t => t < 21_600 ? 0.1 : 0.97, t => t < 21_600 ? 0.2 : 4, t => t < 21_600 ? 0.4 : 0.97, t => t < 21_600 ? 0.5 : 0.96, t => t < Day - 3600),
    ];

    [Theory]
    [MemberData(nameof(Collectors))]
    public void DefaultRules_WeekOfHealthyHosts_SayNothing(string collector) => Assert.Empty(Fired(collector, Healthy, Week).Select(f => $"{f.Name} after {f.At / 3600.0:0.0} h"));

    [Theory]
    [InlineData("agent", "Agent silent, Disk fills up, Disk space critical, Disk space low, High CPU usage, High memory usage, Load above the number of cores, Memory nearly exhausted")]
    [InlineData("otel", "Disk space low (OpenTelemetry Collector), High CPU usage (OpenTelemetry Collector), High memory usage (OpenTelemetry Collector), Host silent (OpenTelemetry Collector)")]
    [InlineData("node", "Disk space low (node_exporter), High CPU usage (node_exporter), High memory usage (node_exporter), Host silent (node_exporter)")]
    [InlineData("telegraf", "Disk space low (Telegraf), High memory usage (Telegraf), Host silent (Telegraf), Load above the number of cores (Telegraf)")]
    [InlineData("collectd", "Disk space low (collectd), High CPU usage (collectd), High memory usage (collectd), Host silent (collectd)")]
    public void DefaultRules_DayOfASickHost_SayWhatIsWrong(string collector, string expected) =>
        Assert.Equal(expected, string.Join(", ", Fired(collector, Sick, Day).Select(f => f.Name).Distinct().Order(StringComparer.Ordinal)));

    [Fact]
    public void DiskFillsUp_LeakAboveTheLevel_IsTold() => Assert.Equal(
        ["Disk fills up"],
        Fired("agent", [new("leak-1", _ => 0.1, _ => 0.1, _ => 0.3, t => 0.6 + (0.03 * t / 3600), _ => true)], 8 * 3600).Select(f => f.Name));

    [Fact]
    public void Silence_ImportedHistory_IsNone()
    {
        var engine = Engine();
        var labels = LabelSet.Of(("host.name", "old-1"));
        const long now = Start + (1000L * Week);
        engine.ListenFrom(now);
        for (var i = 0; i < 100; i++) engine.OnSeries("system.cpu.utilization", labels, [Start + (i * 60_000L)], [0.5], now);
        engine.EvaluateDirty(now);
        for (var i = 0; i < 600; i++) engine.Tick(now + (i * Second));

        Assert.Empty(engine.TakeChanges());
    }

    public static TheoryData<string> Collectors => ["agent", "otel", "node", "telegraf", "collectd"];

    private static bool IsNight(int t) => t % Day is > 7200 and < 12_600;

    // From two to three o'clock it grows by 18 points; at six it is deleted.
    private static double Dump(int t) => (t % Day) switch { < 7200 => 0, < 10_800 and var s => 0.18 * (s - 7200) / 3600, < 21_600 => 0.18, _ => 0 };

    private static double Noise(int t) => Math.Sin(t * 0.7) * Math.Cos(t * 0.013);

    private static EvaluationEngine Engine()
    {
        var engine = new EvaluationEngine(new EngineLimits());
        engine.Apply([.. DefaultRules.Hosts.Select((r, i) => new AlertRule(r) { Id = $"{i:x32}" })], Start);
        engine.ListenFrom(Start);
        return engine;
    }

    private static List<(string Name, double At)> Fired(string collector, Life[] hosts, int seconds)
    {
        var engine = Engine();
        var fired = new List<(string, double)>();
        var every = collector == "agent" ? 10 : 60;
        var counters = new Dictionary<string, double>();
        for (var t = 0; t < seconds; t += 10)
        {
            var now = Start + (t * 1000L);
            if (t % every == 0)
            {
                foreach (var host in hosts.Where(h => h.IsUp(t)))
                {
                    foreach (var (metric, labels, value) in Samples(collector, host, t, every, counters)) engine.OnSeries(metric, LabelSet.Of(labels), [now], [value], now);
                }
            }

            engine.EvaluateDirty(now);
            engine.Tick(now);
            fired.AddRange(engine.TakeChanges().Where(c => c.Transition == AlertTransition.Fired).Select(c => (c.Alert.Name, (double)t)));
        }

        return fired;
    }

    private static IEnumerable<(string Metric, (string, string)[] Labels, double Value)> Samples(string collector, Life host, int t, int every, Dictionary<string, double> counters)
    {
        (string, string)[] Labels(params (string, string)[] more) => [(collector switch { "node" => "instance", "telegraf" => "host", _ => "host.name" }, host.Name), .. more];
        double Grown(string counter, double perSecond)
        {
            counters[host.Name + counter] = counters.GetValueOrDefault(host.Name + counter) + (perSecond * every);
            return counters[host.Name + counter];
        }

        var (cpu, load, memory, disk) = (host.Cpu(t), host.Load(t), host.Memory(t), host.Disk(t));
        switch (collector)
        {
            case "agent":
                yield return ("system.cpu.utilization", Labels(), cpu);
                yield return ("system.cpu.utilization", Labels(("cpu.mode", "idle")), 1 - cpu);
                yield return ("system.memory.utilization", Labels(), memory);
                yield return ("system.paging.utilization", Labels(), 0.2);
                yield return ("system.cpu.load_average.1m", Labels(), load * 4);
                yield return ("system.cpu.logical.count", Labels(), 4);
                yield return ("system.filesystem.utilization", Labels(("system.filesystem.mountpoint", "/"), ("system.filesystem.type", "ext4")), disk);
                yield return ("system.filesystem.utilization", Labels(("system.filesystem.mountpoint", "/snap/x"), ("system.filesystem.type", "squashfs")), 1);
                break;
            case "otel":
                foreach (var core in new[] { "cpu0", "cpu1" })
                {
                    yield return ("system.cpu.time", Labels(("cpu", core), ("state", "user")), Grown(core + "user", cpu));
                    yield return ("system.cpu.time", Labels(("cpu", core), ("state", "idle")), Grown(core + "idle", 1 - cpu));
                    yield return ("system.cpu.utilization", Labels(("cpu", core), ("state", "idle")), 1 - cpu);
                }

                yield return ("system.memory.usage", Labels(("state", "used")), memory * 16e9);
                yield return ("system.memory.usage", Labels(("state", "free")), (1 - memory) * 1e9);
                yield return ("system.memory.usage", Labels(("state", "cached")), (1 - memory) * 15e9);
                yield return ("system.memory.utilization", Labels(("state", "cached")), 0.97);
                yield return ("system.filesystem.usage", Labels(("mountpoint", "/"), ("type", "ext4"), ("state", "used")), disk * 95e9);
                yield return ("system.filesystem.usage", Labels(("mountpoint", "/"), ("type", "ext4"), ("state", "free")), (1 - disk) * 95e9);
                yield return ("system.filesystem.usage", Labels(("mountpoint", "/"), ("type", "ext4"), ("state", "reserved")), 5e9);
                yield return ("system.filesystem.usage", Labels(("mountpoint", "/snap/x"), ("type", "squashfs"), ("state", "used")), 1e6);
                break;
            case "node":
                foreach (var core in new[] { "0", "1" })
                {
                    yield return ("node_cpu_seconds_total", Labels(("cpu", core), ("mode", "user")), Grown(core + "user", cpu));
                    yield return ("node_cpu_seconds_total", Labels(("cpu", core), ("mode", "idle")), Grown(core + "idle", (1 - cpu) / 2));
                    yield return ("node_cpu_seconds_total", Labels(("cpu", core), ("mode", "iowait")), Grown(core + "iowait", (1 - cpu) / 2));
                }

                yield return ("node_memory_MemTotal_bytes", Labels(), 16e9);
                yield return ("node_memory_MemAvailable_bytes", Labels(), (1 - memory) * 16e9);
                yield return ("node_filesystem_size_bytes", Labels(("mountpoint", "/"), ("fstype", "ext4")), 100e9);
                yield return ("node_filesystem_avail_bytes", Labels(("mountpoint", "/"), ("fstype", "ext4")), (1 - disk) * 95e9);
                yield return ("node_filesystem_size_bytes", Labels(("mountpoint", "/run"), ("fstype", "tmpfs")), 1e6);
                yield return ("node_filesystem_avail_bytes", Labels(("mountpoint", "/run"), ("fstype", "tmpfs")), 0);
                break;
            case "telegraf":
                yield return ("cpu_usage_idle", Labels(("cpu", "cpu-total")), (1 - cpu) * 50);
                yield return ("cpu_usage_iowait", Labels(("cpu", "cpu-total")), (1 - cpu) * 50);
                yield return ("system_load1", Labels(), load * 4);
                yield return ("system_n_cpus", Labels(), 4);
                yield return ("mem_total", Labels(), 16e9);
                yield return ("mem_available_percent", Labels(), (1 - memory) * 100);
                yield return ("disk_used_percent", Labels(("path", "/"), ("fstype", "ext4")), disk * 100);
                yield return ("disk_used_percent", Labels(("path", "/run"), ("fstype", "tmpfs")), 100);
                break;
            default:
                foreach (var core in new[] { "0", "1" })
                {
                    yield return ("collectd.cpu.cpu", Labels(("plugin_instance", core), ("type_instance", "user")), Grown(core + "user", cpu * 100));
                    yield return ("collectd.cpu.cpu", Labels(("plugin_instance", core), ("type_instance", "idle")), Grown(core + "idle", (1 - cpu) * 100));
                }

                yield return ("collectd.load.load.shortterm", Labels(), load * 2);
                yield return ("collectd.memory.memory", Labels(("type_instance", "used")), memory * 16e9);
                yield return ("collectd.memory.memory", Labels(("type_instance", "cached")), (1 - memory) * 16e9);
                yield return ("collectd.df.df_complex", Labels(("plugin_instance", "root"), ("type_instance", "used")), disk * 95e9);
                yield return ("collectd.df.df_complex", Labels(("plugin_instance", "root"), ("type_instance", "free")), (1 - disk) * 95e9);
                yield return ("collectd.df.df_complex", Labels(("plugin_instance", "dev-shm"), ("type_instance", "used")), 1e6);
                break;
        }
    }
}

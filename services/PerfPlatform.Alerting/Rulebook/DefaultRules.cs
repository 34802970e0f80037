using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Findings;

namespace PerfPlatform.Alerting.Rulebook;

/// <summary>The default pack for hosts, over the agent's metrics. Added once by name: what users change or delete stays so.</summary>
public static class DefaultRules
{
    // The agent's total: the series without a mode and without a core.
    private static readonly string[] s_wholeCpu = ["cpu.mode=", "cpu.logical_number="];

    // Other collectors split these by state; a high share of "free" is no trouble.
    private static readonly string[] s_wholeMemory = ["system.memory.state=", "state="];
    private static readonly string[] s_wholeSwap = ["system.paging.state=", "state="];

    // Read-only images are always full.
    private static readonly string[] s_writable = ["system.filesystem.type!~squashfs|erofs|iso9660|udf|cramfs|romfs", "system.filesystem.state=", "state=", "system.filesystem.mode!=ro"];

    /// <summary>The rules.</summary>
    public static IReadOnlyList<RuleDefinition> Hosts { get; } =
    [
        new()
        {
            Name = "High CPU usage",
            Metric = "system.cpu.utilization",
            Match = s_wholeCpu,
            Window = TimeSpan.FromMinutes(1),
            Threshold = 0.9,
            ResolveThreshold = 0.8,
            For = TimeSpan.FromMinutes(5),
            Annotations = Texts(
                "The processors of {{labels.host.name}} are {{value:percent}} busy (more than {{threshold:percent}} for 5 minutes).",
                "Look which processes use the time (the host's page lists them). If it is regular work, move some of it or add cores; if one process runs wild, restart it and look at its newest deployment."),
        },
        new()
        {
            Name = "High memory usage",
            Metric = "system.memory.utilization",
            Match = s_wholeMemory,
            Window = TimeSpan.FromMinutes(1),
            Threshold = 0.8,
            ResolveThreshold = 0.75,
            For = TimeSpan.FromMinutes(2),
            Annotations = Texts(
                "{{labels.host.name}} uses {{value:percent}} of its memory (more than {{threshold:percent}}).",
                "Look which processes hold the memory and whether it grows without end (a leak: restart the process and report it). If the need is real, add memory or move a service away before the kernel kills one."),
        },
        new()
        {
            Name = "Memory nearly exhausted",
            Metric = "system.memory.utilization",
            Match = s_wholeMemory,
            Window = TimeSpan.FromSeconds(30),
            Threshold = 0.95,
            ResolveThreshold = 0.9,
            For = TimeSpan.FromMinutes(1),
            Severity = Severity.Critical,
            Annotations = Texts(
                "{{labels.host.name}} has almost no memory left: {{value:percent}} is in use.",
                "Act now: stop or restart the process that uses the most memory, or the kernel's out-of-memory killer will choose one itself."),
        },
        new()
        {
            Name = "Disk space low",
            Metric = "system.filesystem.utilization",
            Match = s_writable,
            Agg = RuleAggregation.Last,
            Window = TimeSpan.FromMinutes(5),
            Threshold = 0.85,
            ResolveThreshold = 0.8,
            For = TimeSpan.FromMinutes(5),
            Annotations = Texts(
                "{{labels.system.filesystem.mountpoint}} on {{labels.host.name}} is {{value:percent}} full.",
                "Find what is large and not needed (old logs, caches, core dumps, unused images) and delete or move it, or enlarge the volume."),
        },
        new()
        {
            Name = "Disk space critical",
            Metric = "system.filesystem.utilization",
            Match = s_writable,
            Agg = RuleAggregation.Last,
            Window = TimeSpan.FromMinutes(5),
            Threshold = 0.95,
            ResolveThreshold = 0.92,
            For = TimeSpan.FromMinutes(1),
            Severity = Severity.Critical,
            Annotations = Texts(
                "{{labels.system.filesystem.mountpoint}} on {{labels.host.name}} is {{value:percent}} full: writes will fail soon.",
                "Free space now: delete or compress old logs and temporary files, or enlarge the volume. Databases may stop or lose data when it is full."),
        },
        new()
        {
            // Least-squares line of the last hour, carried on until nothing is left: no need to know the size of the disk.
            Name = "Disk fills up",
            Metric = "system.filesystem.utilization",
            Match = s_writable,
            Agg = RuleAggregation.TimeTo,
            Target = 1,
            Window = TimeSpan.FromHours(1),
            Condition = "<",
            Threshold = TimeSpan.FromHours(12).TotalSeconds,
            ResolveThreshold = TimeSpan.FromHours(16).TotalSeconds,
            For = TimeSpan.FromMinutes(15),
            Annotations = Texts(
                "{{labels.system.filesystem.mountpoint}} on {{labels.host.name}} will be full in {{value:duration}} if it goes on as in the last hour.",
                "Find what is being written (a log at debug level, a dump, a queue that nobody empties) and stop it, or plan more space before that time."),
        },
        new()
        {
            Name = "Swap in heavy use",
            Metric = "system.paging.utilization",
            Match = s_wholeSwap,
            Window = TimeSpan.FromMinutes(5),
            Threshold = 0.5,
            ResolveThreshold = 0.4,
            For = TimeSpan.FromMinutes(5),
            Annotations = Texts(
                "{{labels.host.name}} has {{value:percent}} of its swap space in use.",
                "The host is short of memory and everything that is swapped out is slow. Look at memory usage by process; add memory or move a service away."),
        },
        new()
        {
            Name = "Load above the number of cores",
            Metric = "system.cpu.load_average.1m",
            DivideBy = "system.cpu.logical.count",
            By = ["host.name"],
            Agg = RuleAggregation.Avg,
            Window = TimeSpan.FromMinutes(5),
            Threshold = 2,
            ResolveThreshold = 1.5,
            For = TimeSpan.FromMinutes(5),
            Annotations = Texts(
                "On {{labels.host.name}} {{value:0.0}} tasks for each core run or wait.",
                "If the processors are busy, see the advice for high CPU usage. If they are not, tasks wait for disks: look at disk utilisation and at pressure (PSI) for io."),
        },
        new()
        {
            Name = "Agent silent",
            Metric = "system.cpu.utilization",
            Match = s_wholeCpu,
            By = ["host.name"],
            Kind = RuleKind.Absent,
            Window = TimeSpan.FromMinutes(1),
            Severity = Severity.Critical,
            Annotations = Texts(
                "Nothing has come from {{labels.host.name}} for {{value:duration}}.",
                "See whether the host is up and reachable. If it is, look at the agent's service and its log; what it measures meanwhile is buffered on its disk and delivered later."),
        },
    ];

    private static Dictionary<string, string> Texts(string summary, string recommendation) => new() { ["summary"] = summary, ["recommendation"] = recommendation };
}

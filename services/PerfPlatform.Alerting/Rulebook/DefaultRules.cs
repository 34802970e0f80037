using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Hosts;

namespace PerfPlatform.Alerting.Rulebook;

/// <summary>The default pack for hosts: over the agent's metrics, then over those of other collectors. Added once by name: what users change or delete stays so.</summary>
public static class DefaultRules
{
    // The agent's source is the first of each signal, and one query.
    private static readonly SignalTerm s_cpu = Agent(HostSignal.Cpu);
    private static readonly SignalTerm s_memory = Agent(HostSignal.Memory);
    private static readonly SignalTerm s_swap = Agent(HostSignal.Swap);
    private static readonly SignalTerm s_filesystem = Agent(HostSignal.Filesystem);
    private static readonly SignalSource s_loadPerCore = HostSignals.Sources(HostSignal.LoadPerCore)[0];

    /// <summary>The rules.</summary>
    public static IReadOnlyList<RuleDefinition> Hosts { get; } =
    [
        new()
        {
            Name = "High CPU usage",
            Metric = s_cpu.Metric,
            Match = s_cpu.Match,
            Window = TimeSpan.FromMinutes(5),
            Threshold = 0.9,
            ResolveThreshold = 0.8,
            For = RuleTexts.LongerThanABatch,
            Annotations = RuleTexts.Of("The processors of {{labels.host.name}} have been {{value:percent}} busy (more than {{threshold:percent}}) for two hours.", RuleTexts.CpuAdvice),
        },
        new()
        {
            Name = "High memory usage",
            Metric = s_memory.Metric,
            Match = s_memory.Match,
            Window = TimeSpan.FromMinutes(1),
            Threshold = 0.8,
            ResolveThreshold = 0.75,
            For = TimeSpan.FromMinutes(2),
            Annotations = RuleTexts.Of(
                "{{labels.host.name}} uses {{value:percent}} of its memory (more than {{threshold:percent}}).",
                RuleTexts.MemoryAdvice),
        },
        new()
        {
            Name = "Memory nearly exhausted",
            Metric = s_memory.Metric,
            Match = s_memory.Match,
            Window = TimeSpan.FromSeconds(30),
            Threshold = 0.95,
            ResolveThreshold = 0.9,
            For = TimeSpan.FromMinutes(1),
            Severity = Severity.Critical,
            Annotations = RuleTexts.Of(
                "{{labels.host.name}} has almost no memory left: {{value:percent}} is in use.",
                "Act now: stop or restart the process that uses the most memory, or the kernel's out-of-memory killer will choose one itself."),
        },
        new()
        {
            Name = "Disk space low",
            Metric = s_filesystem.Metric,
            Match = s_filesystem.Match,
            Agg = RuleAggregation.Last,
            Window = TimeSpan.FromMinutes(5),
            Threshold = 0.85,
            ResolveThreshold = 0.8,
            For = TimeSpan.FromMinutes(5),
            Annotations = RuleTexts.Of(
                "{{labels.system.filesystem.mountpoint}} on {{labels.host.name}} is {{value:percent}} full.",
                RuleTexts.SpaceAdvice),
        },
        new()
        {
            Name = "Disk space critical",
            Metric = s_filesystem.Metric,
            Match = s_filesystem.Match,
            Agg = RuleAggregation.Last,
            Window = TimeSpan.FromMinutes(5),
            Threshold = 0.95,
            ResolveThreshold = 0.92,
            For = TimeSpan.FromMinutes(1),
            Severity = Severity.Critical,
            Annotations = RuleTexts.Of(
                "{{labels.system.filesystem.mountpoint}} on {{labels.host.name}} is {{value:percent}} full: writes will fail soon.",
                "Free space now: delete or compress old logs and temporary files, or enlarge the volume. Databases may stop or lose data when it is full."),
        },
        new()
        {
            // The least-squares line of six hours, carried on until nothing is left: no need to know the size of the disk. What comes and goes by the hour makes no such
            // line, and below the level there is time.
            Name = "Disk fills up",
            Metric = s_filesystem.Metric,
            Match = s_filesystem.Match,
            Agg = RuleAggregation.TimeTo,
            Target = 1,
            Level = 0.8,
            Window = TimeSpan.FromHours(6),
            Condition = "<",
            Threshold = TimeSpan.FromHours(12).TotalSeconds,
            ResolveThreshold = TimeSpan.FromHours(16).TotalSeconds,
            For = TimeSpan.FromMinutes(15),
            Annotations = RuleTexts.Of(
                "{{labels.system.filesystem.mountpoint}} on {{labels.host.name}} will be full in {{value:duration}} if it goes on as in the last six hours.",
                "Find what is being written (a log at debug level, a dump, a queue that nobody empties) and stop it, or plan more space before that time."),
        },
        new()
        {
            Name = "Swap in heavy use",
            Metric = s_swap.Metric,
            Match = s_swap.Match,
            Window = TimeSpan.FromMinutes(5),
            Threshold = 0.5,
            ResolveThreshold = 0.4,
            For = TimeSpan.FromMinutes(5),
            Annotations = RuleTexts.Of(
                "{{labels.host.name}} has {{value:percent}} of its swap space in use.",
                "The host is short of memory and everything that is swapped out is slow. Look at memory usage by process; add memory or move a service away."),
        },
        new()
        {
            Name = "Load above the number of cores",
            Metric = s_loadPerCore.Plus[0].Metric,
            DivideBy = s_loadPerCore.Per[0].Metric,
            By = ["host.name"],
            Agg = RuleAggregation.Avg,
            Window = TimeSpan.FromMinutes(5),
            Threshold = 2,
            ResolveThreshold = 1.5,
            For = TimeSpan.FromMinutes(15),
            Annotations = RuleTexts.Of(
                "On {{labels.host.name}} {{value:0.0}} tasks for each core run or wait.",
                RuleTexts.LoadAdvice),
        },
        new()
        {
            Name = "Agent silent",
            Metric = s_cpu.Metric,
            Match = s_cpu.Match,
            By = ["host.name"],
            Kind = RuleKind.Absent,
            // A start takes longer than a minute.
            Window = TimeSpan.FromMinutes(2),
            Severity = Severity.Critical,
            Annotations = RuleTexts.Of(
                "Nothing has come from {{labels.host.name}} for {{value:duration}}.",
                "See whether the host is up and reachable. If it is, look at the agent's service and its log; what it measures meanwhile is buffered on its disk and delivered later."),
        },
        .. CollectorRules.All,
    ];

    private static SignalTerm Agent(HostSignal signal) => HostSignals.Sources(signal)[0].Plus[0];
}

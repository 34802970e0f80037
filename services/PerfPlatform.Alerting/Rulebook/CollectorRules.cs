using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Hosts;

namespace PerfPlatform.Alerting.Rulebook;

/// <summary>
/// The default rules for hosts of collectors other than the agent, over what each sends by its own default settings. What a rule cannot say of a collector
/// (Telegraf's processor without what waits for disks) has none: better no alert than a false one.
/// </summary>
internal static class CollectorRules
{
    /// <summary>The rules of all of them.</summary>
    public static IReadOnlyList<RuleDefinition> All { get; } =
        [.. HostCollector.All.Where(c => c != HostCollector.Agent).SelectMany(Of)];

    private static IEnumerable<RuleDefinition> Of(HostCollector collector)
    {
        var host = "{{labels." + collector.HostLabels[^1] + "}}";
        if (Condition(collector, HostSignal.Cpu) is var (cpu, _))
        {
            yield return Rule("High CPU usage", collector, cpu, null, 0.9, 0.8) with
            {
                Window = TimeSpan.FromMinutes(5),
                For = RuleTexts.LongerThanABatch,
                Annotations = RuleTexts.Of($"The processors of {host} have been {cpu.Value} busy for two hours.", RuleTexts.CpuAdvice),
            };
        }

        // The Collector's load has the agent's name, and so the agent's rule.
        if (collector != HostCollector.OpenTelemetry && Condition(collector, HostSignal.LoadPerCore) is var (load, _))
        {
            yield return Rule("Load above the number of cores", collector, load, null, 2, 1.5) with
            {
                Window = TimeSpan.FromMinutes(5),
                For = TimeSpan.FromMinutes(15),
                Annotations = RuleTexts.Of($"On {host} {{{{value:0.0}}}} tasks for each core run or wait.", RuleTexts.LoadAdvice),
            };
        }

        if (Condition(collector, HostSignal.Memory) is var (memory, _))
        {
            yield return Rule("High memory usage", collector, memory, null, 0.9, 0.85) with
            {
                Window = TimeSpan.FromMinutes(5),
                For = TimeSpan.FromMinutes(5),
                Annotations = RuleTexts.Of(memory.IsRest ? $"Only {memory.Value} of the memory of {host} is available." : $"{host} uses {memory.Value} of its memory.", RuleTexts.MemoryAdvice),
            };
        }

        if ((collector == HostCollector.NodeExporter ? NodeExporterSpace : Condition(collector, HostSignal.Filesystem)) is var (space, device))
        {
            yield return Rule("Disk space low", collector, space, device, 0.9, 0.88) with
            {
                Window = TimeSpan.FromMinutes(5),
                For = TimeSpan.FromMinutes(5),
                Annotations = RuleTexts.Of(
                    $"{{{{labels.{device}}}}} on {host} " + (space.IsRest ? $"has only {space.Value} of its space left." : $"is {space.Value} full."), RuleTexts.SpaceAdvice),
            };
        }

        var mark = HostSignals.Marks.First(m => m.Collector == collector).Series;
        yield return new()
        {
            Name = Name("Host silent", collector),
            Metric = mark.Metric!,
            Match = [.. mark.Match.Select(m => m.ToString())],
            By = collector.HostLabels,
            Kind = RuleKind.Absent,
            // Five of the longest intervals in use.
            Window = TimeSpan.FromMinutes(5),
            Severity = Severity.Critical,
            Annotations = RuleTexts.Of($"Nothing has come from {host} for {{{{value:duration}}}}.", $"See whether the host is up and reachable. If it is, look at the log of {collector.Name}."),
        };
    }

    // Two differences cannot be divided by a rule; what is left for users by the size is near enough, and is what it says.
    private static (SourceCondition, string?)? NodeExporterSpace => (
        new("node_filesystem_avail_bytes", [RealDevices.Filesystems("fstype")], null, null, "node_filesystem_size_bytes", null, 1, IsRest: true), "mountpoint");

    // The receiver's own default metrics are the last of the Collector's sources; of the others the first that a rule can say.
    private static (SourceCondition Condition, string? Device)? Condition(HostCollector collector, HostSignal signal)
    {
        var sources = HostSignals.Sources(signal).Where(s => s.Collector == collector);
        foreach (var source in collector == HostCollector.OpenTelemetry ? sources.Reverse() : sources)
        {
            if (SourceCondition.Of(source) is { } condition) return (condition, source.Device);
        }

        return null;
    }

    private static string Name(string name, HostCollector collector) => $"{name} ({collector.Name})";

    private static RuleDefinition Rule(string name, HostCollector collector, SourceCondition condition, string? device, double threshold, double resolve) => new()
    {
        Name = Name(name, collector),
        Metric = condition.Metric,
        Match = condition.Match,
        Fn = condition.Fn,
        Reduce = condition.Reduce,
        DivideBy = condition.DivideBy,
        DivideMatch = condition.DivideMatch,
        By = device is null ? collector.HostLabels : [.. collector.HostLabels, device],
        Condition = condition.Comparison,
        Threshold = condition.Threshold(threshold),
        ResolveThreshold = condition.Threshold(resolve),
    };
}

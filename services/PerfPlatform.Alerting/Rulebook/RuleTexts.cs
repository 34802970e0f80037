namespace PerfPlatform.Alerting.Rulebook;

/// <summary>What the default rules say, whoever measures the host.</summary>
internal static class RuleTexts
{
    /// <summary>Long enough that regular work is over: a nightly batch is no trouble, however busy.</summary>
    public static readonly TimeSpan LongerThanABatch = TimeSpan.FromHours(2);

    /// <summary>What to do about busy processors.</summary>
    public const string CpuAdvice =
        "Look which processes use the time (the host's page lists them). If it is regular work, move some of it or add cores; if one process runs wild, restart it and look at its newest deployment.";

    /// <summary>What to do about full memory.</summary>
    public const string MemoryAdvice =
        "Look which processes hold the memory and whether it grows without end (a leak: restart the process and report it). If the need is real, add memory or move a service away before the kernel kills one.";

    /// <summary>What to do about a full filesystem.</summary>
    public const string SpaceAdvice =
        "Find what is large and not needed (old logs, caches, core dumps, unused images) and delete or move it, or enlarge the volume.";

    /// <summary>What to do about waiting tasks.</summary>
    public const string LoadAdvice =
        "If the processors are busy, see the advice for high CPU usage. If they are not, tasks wait for disks: look at disk utilisation and at pressure (PSI) for io.";

    /// <summary>The annotations of a rule.</summary>
    public static Dictionary<string, string> Of(string summary, string recommendation) => new() { ["summary"] = summary, ["recommendation"] = recommendation };
}

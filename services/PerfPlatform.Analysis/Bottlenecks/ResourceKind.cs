namespace PerfPlatform.Analysis.Bottlenecks;

/// <summary>What a host can run short of.</summary>
public enum ResourceKind
{
    /// <summary>Processors.</summary>
    Cpu,

    /// <summary>Main memory.</summary>
    Memory,

    /// <summary>The time of a disk.</summary>
    Disk,

    /// <summary>The space of a filesystem.</summary>
    Filesystem,

    /// <summary>A network interface.</summary>
    Network,
}

using PerfPlatform.Analysis.Bottlenecks;

namespace PerfPlatform.Analysis.Recommendations;

/// <summary>What to do about a resource that is short or fills up.</summary>
public static class Advice
{
    /// <summary>For a resource that holds the host back now.</summary>
    public static string For(string host, ResourceReadings resource) => resource.Kind switch
    {
        ResourceKind.Cpu => $"Find the processes on {host} that use most processor time (host page, processes), move or limit what can wait, "
            + "and give the host more cores if the load is wanted.",
        ResourceKind.Memory => $"Find the processes on {host} that hold most memory, restart those that leak, lower the sizes of caches, "
            + "and give the host more memory if they need it.",
        ResourceKind.Disk => $"Spread or batch the reads and writes that keep {resource.Device ?? "the disk"} of {host} busy, add caching for reads, "
            + "and move the busiest data to a faster disk.",
        ResourceKind.Filesystem => $"Free space on {resource.Device} of {host}: rotate and compress logs, remove old backups and unused images, or enlarge the filesystem.",
        _ => $"Check cable, driver, duplex and queue lengths of {resource.Device} on {host}, and whether its link is full.",
    };

    /// <summary>For something that will be full.</summary>
    public static string Filling(string host, ResourceKind kind, string? device) => kind == ResourceKind.Memory
        ? $"Look for a process on {host} whose memory only grows (a leak, or a cache without a bound) and restart or limit it before memory runs out."
        : $"Find what grows on {device} of {host} (for example with du), remove or rotate it, or enlarge the filesystem before it is full.";
}

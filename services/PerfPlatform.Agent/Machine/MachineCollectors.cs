using PerfPlatform.Agent.Collection;
using PerfPlatform.Agent.Containers;
using PerfPlatform.Agent.Cpu;
using PerfPlatform.Agent.Disks;
using PerfPlatform.Agent.Filesystems;
using PerfPlatform.Agent.Load;
using PerfPlatform.Agent.Memory;
using PerfPlatform.Agent.Networks;
using PerfPlatform.Agent.Portable;
using PerfPlatform.Agent.Pressure;
using PerfPlatform.Agent.Processes;
using PerfPlatform.Agent.Sockets;

namespace PerfPlatform.Agent.Machine;

/// <summary>The collectors that this machine supports.</summary>
internal static class MachineCollectors
{
    public static List<ICollector> Supported(TimeProvider clock, IReadOnlySet<string>? filesystemTypes = null)
    {
        List<ICollector> collectors = [new FilesystemCollector(filesystemTypes)];
        if (OperatingSystem.IsLinux())
        {
            var boot = BootTime();
            collectors.InsertRange(0,
            [
                new CpuCollector(clock), new MemoryCollector(), new PagingCollector(boot), new LoadCollector(), new PressureCollector(clock, boot), new DiskCollector(clock, boot),
                new NetworkCollector(clock, boot), new SocketCollector(clock, boot), new ProcessCollector(clock), new ContainerCollector(clock, new Cgroup()),
            ]);
        }
        else
        {
            collectors.AddRange([new PortableMemoryCollector(), new PortableNetworkCollector()]);
        }

        foreach (var missing in collectors.Where(collector => !collector.IsSupported).ToList())
        {
            collectors.Remove(missing);
            (missing as IDisposable)?.Dispose();
        }

        return collectors;
    }

    // Since when the kernel's counters count; unknown is told as not given.
    private static DateTimeOffset BootTime()
    {
        var stat = new ProcStat();
        return File.Exists("/proc/stat") && stat.TryParse(File.ReadAllBytes("/proc/stat")) ? DateTimeOffset.FromUnixTimeSeconds((long)stat.BootTimeSeconds) : default;
    }
}

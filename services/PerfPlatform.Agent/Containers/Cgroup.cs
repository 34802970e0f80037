using PerfPlatform.Agent.Kernel;

namespace PerfPlatform.Agent.Containers;

/// <summary>What a control group allows and has used, whichever version of the interface the kernel offers.</summary>
internal sealed class Cgroup : IDisposable
{
    private readonly bool _second;
    private readonly List<KernelFile> _files = [];
    private readonly KernelFile? _cpuLimit;
    private readonly KernelFile? _cpuPeriod;
    private readonly KernelFile? _cpuUsage;
    private readonly KernelFile? _cpuStat;
    private readonly KernelFile? _memoryLimit;
    private readonly KernelFile? _memoryUsage;
    private readonly KernelFile? _memoryStat;

    public Cgroup(string root = "/proc", string mount = "/sys/fs/cgroup")
    {
        var self = File.Exists(Path.Combine(root, "self/cgroup")) ? File.ReadAllBytes(Path.Combine(root, "self/cgroup")) : [];
        _second = File.Exists(Path.Combine(mount, "cgroup.controllers"));
        string Folder(string controller) => Standing(Path.Combine(mount, controller), CgroupPath.Parse(self, System.Text.Encoding.UTF8.GetBytes(controller)));
        if (_second)
        {
            var folder = Folder("");
            _cpuLimit = Open(folder, "cpu.max");
            _cpuStat = Open(folder, "cpu.stat");
            _memoryLimit = Open(folder, "memory.max");
            _memoryUsage = Open(folder, "memory.current");
            _memoryStat = Open(folder, "memory.stat");
        }
        else
        {
            _cpuLimit = Open(Folder("cpu"), "cpu.cfs_quota_us");
            _cpuPeriod = Open(Folder("cpu"), "cpu.cfs_period_us");
            _cpuStat = Open(Folder("cpu"), "cpu.stat");
            _cpuUsage = Open(Folder("cpuacct"), "cpuacct.usage");
            _memoryLimit = Open(Folder("memory"), "memory.limit_in_bytes");
            _memoryUsage = Open(Folder("memory"), "memory.usage_in_bytes");
            _memoryStat = Open(Folder("memory"), "memory.stat");
        }
    }

    /// <summary>Processors' worth of time, null without a limit.</summary>
    public double? CpuLimit => (_second, _cpuLimit, _cpuPeriod) switch
    {
        (true, { } max, _) => CgroupValue.CpuMax(max.Read()),
        (false, { } quota, { } period) when CgroupValue.Limit(quota.Read()) is { } allowed && CgroupValue.Limit(period.Read()) is > 0 and { } per => (double)allowed / per,
        _ => null,
    };

    /// <summary>Seconds of processor time used: usage_usec of cpu.stat (v2), nanoseconds of cpuacct.usage (v1).</summary>
    public double? CpuSeconds => _second
        ? _cpuStat is null ? null : CgroupValue.Field(_cpuStat.Read(), "usage_usec"u8) / 1e6
        : _cpuUsage is null ? null : CgroupValue.Limit(_cpuUsage.Read()) / 1e9;

    /// <summary>Seconds in which the group was held back by its limit.</summary>
    public double? ThrottledSeconds => _cpuStat is null
        ? null
        : _second ? CgroupValue.Field(_cpuStat.Read(), "throttled_usec"u8) / 1e6 : CgroupValue.Field(_cpuStat.Read(), "throttled_time"u8) / 1e9;

    public ulong? MemoryLimit => _memoryLimit is null ? null : CgroupValue.Limit(_memoryLimit.Read());

    /// <summary>Memory without the page cache that the kernel can give back at once: what the limit's killer looks at in the end.</summary>
    public ulong? MemoryWorkingSet
    {
        get
        {
            if (_memoryUsage is null || CgroupValue.Limit(_memoryUsage.Read()) is not { } usage)
                return null;
            var inactive = _memoryStat is null ? 0 : CgroupValue.Field(_memoryStat.Read(), _second ? "inactive_file"u8 : "total_inactive_file"u8) ?? 0;
            return usage - Math.Min(usage, inactive);
        }
    }

    public void Dispose() => _files.ForEach(file => file.Dispose());

    // Inside a container the path of /proc/self/cgroup may be the host's and lead nowhere: then the mount itself is the container's group.
    private static string Standing(string mount, string? path)
    {
        var own = path is null ? mount : mount + path;
        return Directory.Exists(own) ? own : mount;
    }

    private KernelFile? Open(string folder, string name)
    {
        var file = new KernelFile(Path.Combine(folder, name));
        if (!file.Exists)
            return null;
        _files.Add(file);
        return file;
    }
}

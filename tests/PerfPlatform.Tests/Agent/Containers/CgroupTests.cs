using PerfPlatform.Agent.Containers;
using Xunit;

namespace PerfPlatform.Tests.Agent.Containers;

/// <summary>Control groups of both versions, in folders as the kernel lays them out.</summary>
public sealed class CgroupTests : IDisposable
{
    private readonly string _root = Directory.CreateTempSubdirectory("cgroup").FullName;

    [Fact]
    public void Cgroup_Version2Container_ReadsLimitsAndUse()
    {
        Write("proc/self/cgroup", "0::/\n");
        Write("fs/cgroup.controllers", "cpu memory\n");
        Write("fs/cpu.max", "150000 100000\n");
        Write("fs/cpu.stat", "usage_usec 8362714\nuser_usec 1\nsystem_usec 1\nnr_periods 2\nnr_throttled 1\nthrottled_usec 500000\n");
        Write("fs/memory.max", "536870912\n");
        Write("fs/memory.current", "300000000\n");
        Write("fs/memory.stat", "anon 1\nfile 2\ninactive_file 100000000\n");
        using var group = Open();
        Assert.Equal(1.5, group.CpuLimit);
        Assert.Equal(8.362714, group.CpuSeconds);
        Assert.Equal(0.5, group.ThrottledSeconds);
        Assert.Equal((536870912UL, 200000000UL), (group.MemoryLimit, group.MemoryWorkingSet));
    }

    [Fact]
    public void Cgroup_Version2WithoutLimits_HasNone()
    {
        Write("proc/self/cgroup", "0::/user.slice\n");
        Write("fs/cgroup.controllers", "cpu memory\n");
        Write("fs/user.slice/cpu.max", "max 100000\n");
        Write("fs/user.slice/memory.max", "max\n");
        using var group = Open();
        Assert.Null(group.CpuLimit);
        Assert.Null(group.MemoryLimit);
        Assert.Null(group.MemoryWorkingSet);
    }

    [Fact]
    public void Cgroup_Version1Container_ReadsLimitsAndUse()
    {
        // The path is the host's and leads nowhere in the container: the mount is the group.
        Write("proc/self/cgroup", "4:memory:/docker/788a6b\n3:cpu,cpuacct:/docker/788a6b\n");
        Write("fs/cpu/cpu.cfs_quota_us", "50000\n");
        Write("fs/cpu/cpu.cfs_period_us", "100000\n");
        Write("fs/cpu/cpu.stat", "nr_periods 1\nnr_throttled 1\nthrottled_time 2000000000\n");
        Write("fs/cpuacct/cpuacct.usage", "7500000000\n");
        Write("fs/memory/memory.limit_in_bytes", "1073741824\n");
        Write("fs/memory/memory.usage_in_bytes", "600\n");
        Write("fs/memory/memory.stat", "cache 3\ntotal_inactive_file 1000\n");
        using var group = Open();
        Assert.Equal((0.5, 7.5, 2.0), (group.CpuLimit, group.CpuSeconds, group.ThrottledSeconds));
        Assert.Equal((1073741824UL, 0UL), (group.MemoryLimit, group.MemoryWorkingSet));
    }

    [Fact]
    public void Cgroup_Version1Host_HasNoLimits()
    {
        Write("proc/self/cgroup", "4:memory:/\n3:cpu,cpuacct:/\n");
        Write("fs/cpu/cpu.cfs_quota_us", "-1\n");
        Write("fs/cpu/cpu.cfs_period_us", "100000\n");
        Write("fs/memory/memory.limit_in_bytes", "9223372036854771712\n");
        using var group = Open();
        Assert.Null(group.CpuLimit);
        Assert.Null(group.MemoryLimit);
    }

    [Fact]
    public void Cgroup_MachineWithout_HasNothing()
    {
        using var group = Open();
        Assert.Null(group.CpuLimit);
        Assert.Null(group.CpuSeconds);
        Assert.Null(group.MemoryLimit);
    }

    [Theory]
    [InlineData("cpuacct", "/docker/7")]
    [InlineData("cpu", "/docker/7")]
    [InlineData("", "/system.slice/x")]
    [InlineData("acct", null)]
    public void Parse_ByController_FindsThePath(string controller, string? expected) =>
        Assert.Equal(expected, CgroupPath.Parse("3:cpu,cpuacct:/docker/7\n1:name=systemd:/init\n0::/system.slice/x\n"u8, System.Text.Encoding.ASCII.GetBytes(controller)));

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private Cgroup Open() => new(Path.Combine(_root, "proc"), Path.Combine(_root, "fs"));

    private void Write(string path, string text)
    {
        var full = Path.Combine(_root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
    }
}

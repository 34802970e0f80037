using System.Runtime.Versioning;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Agent;
using PerfPlatform.Agent.Containers;
using PerfPlatform.Agent.Cpu;
using PerfPlatform.Agent.Disks;
using PerfPlatform.Agent.Machine;
using PerfPlatform.Agent.Memory;
using PerfPlatform.Agent.Networks;
using PerfPlatform.Agent.Pressure;
using PerfPlatform.Agent.Self;
using PerfPlatform.Agent.Sockets;
using Xunit;

namespace PerfPlatform.Tests.Agent.Collection;

/// <summary>What collectors make of the files: which series, and which are left out.</summary>
[SupportedOSPlatform("linux")]
public sealed class LinuxCollectorsTests : IDisposable
{
    private static readonly DateTimeOffset Boot = DateTimeOffset.FromUnixTimeSeconds(1_789_000_000);
    private readonly KernelFolder _kernel = new();
    private readonly FakeTimeProvider _clock = new();

    [Fact]
    public void Cpu_TwoReadings_TellsMachineCoresAndModes()
    {
        using var collector = new CpuCollector(_clock, _kernel.Root);
        _kernel.Write("stat", "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 50 0 50 400 0 0 0 0 0 0\ncpu1 50 0 50 400 0 0 0 0 0 0\nctxt 5\nbtime 1789000000\nprocesses 9\n");
        var first = KernelFolder.Collect(collector);
        Assert.DoesNotContain(first.Keys, series => series.StartsWith("system.cpu.utilization", StringComparison.Ordinal));
        _kernel.Write("stat", "cpu  130 0 110 850 10 0 0 0 0 0\ncpu0 80 0 60 410 0 0 0 0 0 0\ncpu1 50 0 50 440 10 0 0 0 0 0\nctxt 7\nbtime 1789000000\nprocesses 12\n");
        var told = KernelFolder.Collect(collector);
        Assert.Equal(0.4, told["system.cpu.utilization{}"], 9);
        Assert.Equal((0.3, 0.1, 0.5, 0.1), (Mode("user"), Mode("system"), Mode("idle"), Mode("iowait")));
        Assert.Equal(0.8, told["system.cpu.utilization{cpu.logical_number=0}"], 9);
        Assert.Equal(0, told["system.cpu.utilization{cpu.logical_number=1}"], 9);
        Assert.Equal(0.8, told["system.cpu.time{cpu.logical_number=0,cpu.mode=user}"], 9);
        Assert.Equal((2.0, 7.0, 12.0), (told["system.cpu.logical.count{}"], told["system.cpu.context_switches{}"], told["system.process.created{}"]));
        double Mode(string mode) => Math.Round(told[$"system.cpu.utilization{{cpu.mode={mode}}}"], 9);
    }

    [Fact]
    public void Cpu_StealThatJumps_IsNoSecondOfSteal()
    {
        using var collector = new CpuCollector(_clock, _kernel.Root);
        Read("cpu  100 0 100 800 0 0 0 7 0 0\ncpu0 50 0 50 400 0 0 0 7 0 0\ncpu1 50 0 50 400 0 0 0 0 0 0\n");
        // 9,000,000 s of steal on one core within a second.
        var jump = Read("cpu  120 0 100 880 0 0 0 900000007 0 0\ncpu0 60 0 50 440 0 0 0 900000007 0 0\ncpu1 60 0 50 440 0 0 0 0 0 0\n");
        Assert.DoesNotContain("system.cpu.utilization{}", jump.Keys);
        Assert.DoesNotContain("system.cpu.utilization{cpu.mode=steal}", jump.Keys);
        Assert.DoesNotContain("system.cpu.utilization{cpu.logical_number=0}", jump.Keys);
        Assert.Equal(0.2, jump["system.cpu.utilization{cpu.logical_number=1}"], 9);
        Assert.Equal(0.07, jump["system.cpu.time{cpu.logical_number=0,cpu.mode=steal}"], 9);
        Assert.Equal(0.6, jump["system.cpu.time{cpu.logical_number=0,cpu.mode=user}"], 9);

        var after = Read("cpu  120 0 100 1060 0 0 0 900000027 0 0\ncpu0 60 0 50 520 0 0 0 900000027 0 0\ncpu1 60 0 50 540 0 0 0 0 0 0\n");
        Assert.Equal(0.1, after["system.cpu.utilization{cpu.mode=steal}"], 9);
        Assert.Equal(0.27, after["system.cpu.time{cpu.logical_number=0,cpu.mode=steal}"], 9);

        Dictionary<string, double> Read(string cpu)
        {
            _kernel.Write("stat", cpu + "ctxt 5\nbtime 1789000000\nprocesses 9\n");
            _clock.Advance(TimeSpan.FromSeconds(1));
            return KernelFolder.Collect(collector);
        }
    }

    [Fact]
    public void Cpu_StealThatJumpedBeforeTheStart_IsNotTold()
    {
        _clock.SetUtcNow(Boot.AddHours(1));
        using var collector = new CpuCollector(_clock, _kernel.Root);
        _kernel.Write("stat", "cpu  100 0 100 800 0 0 0 900000007 0 0\ncpu0 100 0 100 800 0 0 0 900000007 0 0\nctxt 5\nbtime 1789000000\nprocesses 9\n");
        var told = KernelFolder.Collect(collector);
        Assert.Equal(0, told["system.cpu.time{cpu.logical_number=0,cpu.mode=steal}"]);
        Assert.Equal(8, told["system.cpu.time{cpu.logical_number=0,cpu.mode=idle}"]);
    }

    [Fact]
    public void Cpu_IdleThatGoesBackATick_IsNoResetOfTheCounter()
    {
        using var collector = new CpuCollector(_clock, _kernel.Root);
        _kernel.Write("stat", "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 100 0 100 800 0 0 0 0 0 0\nctxt 5\nbtime 1789000000\nprocesses 9\n");
        KernelFolder.Collect(collector);
        _kernel.Write("stat", "cpu  200 0 100 799 0 0 0 0 0 0\ncpu0 200 0 100 799 0 0 0 0 0 0\nctxt 5\nbtime 1789000000\nprocesses 9\n");
        Assert.Equal(8, KernelFolder.Collect(collector)["system.cpu.time{cpu.logical_number=0,cpu.mode=idle}"]);
    }

    [Fact]
    public void Cpu_CoreThatIsPluggedIn_HasNoSecondYet()
    {
        using var collector = new CpuCollector(_clock, _kernel.Root);
        _kernel.Write("stat", "cpu  100 0 100 800 0 0 0 0 0 0\ncpu0 100 0 100 800 0 0 0 0 0 0\nctxt 5\nbtime 1789000000\nprocesses 9\n");
        KernelFolder.Collect(collector);
        _kernel.Write("stat", "cpu  150 0 100 850 0 0 0 0 0 0\ncpu0 150 0 100 850 0 0 0 0 0 0\ncpu1 90 0 0 10 0 0 0 0 0 0\nctxt 5\nbtime 1789000000\nprocesses 9\n");
        Assert.DoesNotContain("system.cpu.utilization{cpu.logical_number=1}", KernelFolder.Collect(collector).Keys);
    }

    [Fact]
    public void Memory_WithAndWithoutSwap_TellsSwapOnlyWhereItIs()
    {
        using var collector = new MemoryCollector(_kernel.Root);
        _kernel.Write("meminfo", "MemTotal: 1000 kB\nMemFree: 300 kB\nMemAvailable: 600 kB\nBuffers: 50 kB\nCached: 250 kB\nSReclaimable: 50 kB\nSwapTotal: 0 kB\nSwapFree: 0 kB\n");
        var told = KernelFolder.Collect(collector);
        Assert.Equal(0.4, told["system.memory.utilization{}"], 9);
        Assert.Equal(350 * 1024, told["system.memory.usage{system.memory.state=used}"]);
        Assert.Equal(told["system.memory.limit{}"], told.Where(pair => pair.Key.StartsWith("system.memory.usage", StringComparison.Ordinal)).Sum(pair => pair.Value));
        Assert.DoesNotContain(told.Keys, series => series.Contains("paging"));
        _kernel.Write("meminfo", "MemTotal: 1000 kB\nMemFree: 300 kB\nMemAvailable: 600 kB\nSwapTotal: 400 kB\nSwapFree: 100 kB\n");
        Assert.Equal(0.75, KernelFolder.Collect(collector)["system.paging.utilization{}"], 9);
    }

    [Fact]
    public void Disk_PartitionsLoopsAndIdleDisks_AreLeftOut()
    {
        using var collector = new DiskCollector(_clock, Boot, _kernel.Root, Path.Combine(_kernel.Root, "sys"));
        _kernel.Write("sys/class/block/sda1/partition", "1\n");
        _kernel.Write("diskstats", """
               8       0 sda 100 1 2000 10 200 2 4000 20 0 1000 500
               8       1 sda1 100 1 2000 10 200 2 4000 20 0 1000 500
               7       0 loop0 5 0 5 0 0 0 0 0 0 5 5
             253       0 zram0 0 0 0 0 0 0 0 0 0 0 0
            """);
        var first = KernelFolder.Collect(collector);
        Assert.Equal(2000 * 512, first["system.disk.io{disk.io.direction=read,system.device=sda}"]);
        Assert.Equal(1.0, first["system.disk.io_time{system.device=sda}"]);
        Assert.DoesNotContain(first.Keys, series => series.Contains("sda1") || series.Contains("loop") || series.Contains("zram"));
        Assert.DoesNotContain("system.disk.utilization{system.device=sda}", first.Keys);
        _clock.Advance(TimeSpan.FromSeconds(2));
        _kernel.Write("diskstats", "   8       0 sda 100 1 2000 10 200 2 4000 20 0 1500 4500\n");
        var told = KernelFolder.Collect(collector);
        Assert.Equal((0.25, 2.0), (told["system.disk.utilization{system.device=sda}"], told["system.disk.queue_depth{system.device=sda}"]));
    }

    [Fact]
    public void Disk_WhatStandsOnOtherDisks_IsCountedOnce()
    {
        _kernel.Write("sys/class/block/dm-0/slaves/nvme0n1", "");
        _kernel.Write("sys/class/block/md0/slaves/dm-0", "");
        Directory.CreateDirectory(Path.Combine(_kernel.Root, "sys/class/block/nvme0n1/slaves"));
        using var collector = new DiskCollector(_clock, Boot, _kernel.Root, Path.Combine(_kernel.Root, "sys"));
        string[] devices = ["nvme0n1", "dm-0", "md0", "zd16", "zram0"];
        _kernel.Write("diskstats", string.Concat(devices.Select(name => $" 259 0 {name} 100 1 2000 10 200 2 4000 20 0 1000 500\n")));
        var told = KernelFolder.Collect(collector);
        Assert.All(told.Keys, series => Assert.Contains("nvme0n1", series));
        Assert.Equal(6000 * 512, told.Where(point => point.Key.StartsWith("system.disk.io{", StringComparison.Ordinal)).Sum(point => point.Value));
    }

    [Fact]
    public void Disk_HundredsOfVolumesBeforeIt_DoNotPushADiskOut()
    {
        foreach (var i in Enumerable.Range(0, 300)) _kernel.Write($"sys/class/block/dm-{i}/slaves/nvme0n1", "");
        using var collector = new DiskCollector(_clock, Boot, _kernel.Root, Path.Combine(_kernel.Root, "sys"));
        _kernel.Write("diskstats", string.Concat(Enumerable.Range(0, 300).Select(i => $"dm-{i}").Append("nvme0n1").Select(name => $" 259 0 {name} 100 1 2000 10 200 2 4000 20 0 1000 500\n")));
        Assert.Contains("system.disk.io_time{system.device=nvme0n1}", KernelFolder.Collect(collector).Keys);
    }

    [Fact]
    public void Disk_PulledOutAndPutIn_HasNoIntervalOfItsWholeLife()
    {
        using var collector = new DiskCollector(_clock, Boot, _kernel.Root, Path.Combine(_kernel.Root, "sys"));
        Read(" 8 0 sda 90000 1 2000 10 90000 2 4000 20 0 9000000 90000000\n");
        Assert.DoesNotContain("system.disk.queue_depth{system.device=sda}", Read(" 8 0 sda 300 1 2000 10 20 2 4000 20 0 4000000 40000000\n").Keys);
        Assert.Equal(2, Read(" 8 0 sda 301 1 2000 10 20 2 4000 20 0 4000500 40002000\n")["system.disk.queue_depth{system.device=sda}"]);

        Dictionary<string, double> Read(string text)
        {
            _kernel.Write("diskstats", text);
            _clock.Advance(TimeSpan.FromSeconds(1));
            return KernelFolder.Collect(collector);
        }
    }

    [Fact]
    public void Network_BytesBelowZero_AreNoTraffic()
    {
        using var collector = new NetworkCollector(_clock, Boot, _kernel.Root);
        Assert.Equal(1000, Read("1000"));
        Assert.Equal(1000, Read("18446744073709551000"));
        Assert.Equal(1200, Read("1200"));

        double Read(string bytes)
        {
            _kernel.Write("net/dev", $"  eth0: {bytes} 10 1 2 0 0 0 0 2000 20 3 4 0 0 0 0\n");
            _clock.Advance(TimeSpan.FromSeconds(1));
            return KernelFolder.Collect(collector)["system.network.io{network.interface.name=eth0,network.io.direction=receive}"];
        }
    }

    [Fact]
    public void Network_LoopbackAndVirtualEnds_AreLeftOut()
    {
        using var collector = new NetworkCollector(_clock, Boot, _kernel.Root);
        const string head = "Inter-|   Receive                                                |  Transmit\n face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n";
        _kernel.Write("net/dev", head + "    lo: 9 9 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n  eth0: 1000 10 1 2 0 0 0 0 2000 20 3 4 0 0 0 0\nveth12: 9 9 0 0 0 0 0 0 9 9 0 0 0 0 0 0\n  ifb0: 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0\n");
        var told = KernelFolder.Collect(collector);
        Assert.Equal(8, told.Count);
        Assert.Equal((1000.0, 20.0, 1.0, 4.0), (Of("io", "receive"), Of("packets", "transmit"), Of("errors", "receive"), Of("dropped", "transmit")));
        _kernel.Write("net/dev", head);
        Assert.Empty(KernelFolder.Collect(collector));
        double Of(string metric, string direction) => told[$"system.network.{metric}{{network.interface.name=eth0,network.io.direction={direction}}}"];
    }

    [Fact]
    public void Pressure_StallWithinTheInterval_IsItsShare()
    {
        _kernel.Write("pressure/cpu", "some avg10=50.00 avg60=0.00 avg300=0.00 total=1000000\n");
        _kernel.Write("pressure/io", "some avg10=0.00 avg60=0.00 avg300=0.00 total=0\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=0\n");
        using var collector = new PressureCollector(_clock, Boot, _kernel.Root);
        Assert.True(collector.IsSupported);
        Assert.Equal(0.5, KernelFolder.Collect(collector)["system.pressure.average.10s{system.pressure.resource=cpu,system.pressure.type=some}"]);
        _clock.Advance(TimeSpan.FromSeconds(2));
        _kernel.Write("pressure/cpu", "some avg10=50.00 avg60=0.00 avg300=0.00 total=1500000\n");
        var told = KernelFolder.Collect(collector);
        Assert.Equal(0.25, told["system.pressure.utilization{system.pressure.resource=cpu,system.pressure.type=some}"], 9);
        Assert.Equal(1.5, told["system.pressure.time{system.pressure.resource=cpu,system.pressure.type=some}"]);
        Assert.Contains("system.pressure.utilization{system.pressure.resource=io,system.pressure.type=full}", told.Keys);
        Assert.DoesNotContain(told.Keys, series => series.Contains("resource=memory"));
        _kernel.Write("pressure/cpu", "some avg10=50.00 avg60=0.00 avg300=0.00 total=1400000\n");
        Assert.DoesNotContain("system.pressure.utilization{system.pressure.resource=cpu,system.pressure.type=some}", KernelFolder.Collect(collector).Keys);
    }

    [Fact]
    public void Pressure_KernelWithout_IsNotSupported()
    {
        using var collector = new PressureCollector(_clock, Boot, _kernel.Root);
        Assert.False(collector.IsSupported);
    }

    [Fact]
    public void Sockets_ManyConnections_TellsOnlyWhatTheKernelCounts()
    {
        const string row = "   0: 0100007F:A2B4 0100007F:07E8 01 00000000:00000000 00:00000000 00000000     0        0 1157\n";
        _kernel.Write("net/snmp", "Tcp: CurrEstab OutSegs RetransSegs\nTcp: 5 100 2\n");
        _kernel.Write("net/sockstat", "TCP: inuse 1 orphan 0 tw 0 alloc 1 mem 0\n");
        _kernel.Write("net/tcp", "  sl  local_address rem_address   st\n" + row);
        using var collector = new SocketCollector(_clock, Boot, _kernel.Root);
        var few = KernelFolder.Collect(collector);
        Assert.Equal(1, few["system.network.connection.count{network.connection.state=established,network.transport=tcp}"]);
        Assert.Contains("system.network.connection.count{network.connection.state=listen,network.transport=tcp}", few.Keys);

        _kernel.Write("net/sockstat", "TCP: inuse 5000 orphan 0 tw 40 alloc 1 mem 0\n");
        _clock.Advance(TimeSpan.FromSeconds(1));
        Assert.Equal(["system.network.tcp.segments{}", "system.network.tcp.retransmissions{}"], KernelFolder.Collect(collector).Keys);
        _clock.Advance(TimeSpan.FromSeconds(9));
        var many = KernelFolder.Collect(collector);
        Assert.Equal(5, many["system.network.connection.count{network.connection.state=established,network.transport=tcp}"]);
        Assert.Equal(40, many["system.network.connection.count{network.connection.state=time_wait,network.transport=tcp}"]);
        Assert.DoesNotContain("system.network.connection.count{network.connection.state=listen,network.transport=tcp}", many.Keys);
    }

    [Fact]
    public void Container_WithLimits_TellsShares()
    {
        _kernel.Write("fs/cgroup.controllers", "cpu memory\n");
        _kernel.Write("fs/cpu.max", "50000 100000\n");
        _kernel.Write("fs/cpu.stat", "usage_usec 1000000\n");
        _kernel.Write("fs/memory.max", "1000\n");
        _kernel.Write("fs/memory.current", "400\n");
        using var collector = new ContainerCollector(_clock, new Cgroup(_kernel.Root, Path.Combine(_kernel.Root, "fs")));
        Assert.Equal(OperatingSystem.IsLinux(), collector.IsSupported);
        var first = KernelFolder.Collect(collector);
        Assert.Equal((0.5, 0.4), (first["container.cpu.limit{}"], first["container.memory.utilization{}"]));
        _clock.Advance(TimeSpan.FromSeconds(1));
        _kernel.Write("fs/cpu.stat", "usage_usec 1250000\n");
        Assert.Equal(0.5, KernelFolder.Collect(collector)["container.cpu.utilization{}"], 9);
    }

    [Fact]
    public void Supported_OnThisMachine_CollectsWithoutRubbish()
    {
        var collectors = MachineCollectors.Supported(TimeProvider.System);
        foreach (var collector in collectors)
            KernelFolder.Collect(collector);
        // The second round, warm, makes no more garbage than a few kilobytes.
        var before = GC.GetAllocatedBytesForCurrentThread();
        var writer = new PerfPlatform.Agent.Otlp.MetricWriter([("host.name", "a")], "1");
        var own = GC.GetAllocatedBytesForCurrentThread();
        writer.Start(DateTimeOffset.UnixEpoch);
        foreach (var collector in collectors)
            collector.Collect(writer);
        writer.Finish();
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - own, 0, 16 * 1024);
        Assert.True(own > before);
        foreach (var collector in collectors.OfType<IDisposable>())
            collector.Dispose();
    }

    [Fact]
    public void Self_Counters_AreTold()
    {
        var counters = new AgentCounters();
        counters.Delivered(10);
        counters.Dropped(3);
        counters.Skipped(2);
        counters.Sent(TimeSpan.FromMilliseconds(250));
        counters.Sent(TimeSpan.FromMilliseconds(500));
        counters.Collected("cpu", TimeSpan.FromMilliseconds(2));
        var told = KernelFolder.Collect(new SelfCollector(counters, () => 77, _clock));
        Assert.Equal((10.0, 3.0, 2.0, 77.0), (told["perfplatform.agent.points.delivered{}"], told["perfplatform.agent.points.dropped{}"], told["perfplatform.agent.ticks.skipped{}"], told["perfplatform.agent.buffer.usage{}"]));
        Assert.Equal((2.0, 0.75), (told["perfplatform.agent.send.requests{}"], told["perfplatform.agent.send.time{}"]));
        Assert.Equal(0.002, told["perfplatform.agent.collector.duration{perfplatform.agent.collector=cpu}"]);
        Assert.InRange(told["perfplatform.agent.memory.usage{}"], 1e6, 1e10);
    }

    public void Dispose() => _kernel.Dispose();
}

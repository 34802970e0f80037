using PerfPlatform.Agent.Processes;
using Xunit;

namespace PerfPlatform.Tests.Agent.Processes;

/// <summary>Processes over several scans.</summary>
public class ProcessTableTests
{
    private readonly ProcessTable _table = new();

    [Fact]
    public void Ticks_SecondScan_AreThoseSinceTheFirst()
    {
        Scan((1, 10, 100, 5));
        Assert.Equal(0UL, Assert.Single(_table.Entries).Ticks);
        Scan((1, 10, 130, 5));
        Assert.Equal(30UL, Assert.Single(_table.Entries).Ticks);
        Scan((1, 10, 130, 5));
        Assert.Equal(0UL, Assert.Single(_table.Entries).Ticks);
    }

    [Fact]
    public void Ticks_ProcessBegunSinceTheLastScan_AreAllItsTicks()
    {
        Scan((1, 10, 100, 5));
        Scan((1, 10, 100, 5), (2, 600, 40, 5));
        Assert.Equal(40UL, _table.Entries.Single(e => e.Pid == 2).Ticks);
    }

    [Fact]
    public void See_PidUsedAgain_IsAnotherProcess()
    {
        Scan((1, 10, 100, 5));
        Scan((1, 99, 130, 5));
        Assert.Equal((130UL, 99UL), (_table.Entries.Single().Ticks, _table.Entries.Single().StartTicks));
    }

    [Fact]
    public void See_NameChanged_IsTheSameProcess()
    {
        Scan((1, 10, 100, 5));
        _table.BeginScan();
        _table.See(1, "worker"u8, new PidStat { StartTicks = 10, CpuTicks = 130, ResidentPages = 5 });
        _table.EndScan();
        Assert.Equal(("worker", 30UL), (_table.Entries.Single().ExecutableName, _table.Entries.Single().Ticks));
    }

    [Fact]
    public void EndScan_ProcessGone_LeavesTheTable()
    {
        Scan((1, 10, 100, 5), (2, 10, 100, 5));
        Scan((2, 10, 100, 5));
        Assert.Equal(2, Assert.Single(_table.Entries).Pid);
    }

    private void Scan(params (int Pid, int Start, int Cpu, int Pages)[] processes)
    {
        _table.BeginScan();
        foreach (var (pid, start, cpu, pages) in processes)
            _table.See(pid, "x"u8, new PidStat { State = 'S', StartTicks = (ulong)start, CpuTicks = (ulong)cpu, ResidentPages = (ulong)pages });
        _table.EndScan();
    }
}

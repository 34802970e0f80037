using PerfPlatform.Agent.Processes;
using Xunit;

namespace PerfPlatform.Tests.Agent.Processes;

/// <summary>Processes over several scans, and which are told.</summary>
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
    }

    [Fact]
    public void See_PidUsedAgain_IsAnotherProcess()
    {
        Scan((1, 10, 100, 5));
        Scan((1, 99, 130, 5));
        Assert.Equal((0UL, 1), (_table.Entries.Single().Ticks, _table.Entries.Single().Scans));
    }

    [Fact]
    public void EndScan_ProcessGone_LeavesTheTable()
    {
        Scan((1, 10, 100, 5), (2, 10, 100, 5));
        Scan((2, 10, 100, 5));
        Assert.Equal(2, Assert.Single(_table.Entries).Pid);
    }

    [Fact]
    public void Choose_ManyProcesses_TakesTheFirstOfBothLists()
    {
        // Process i used i ticks and has 100 - i pages; 0 used none.
        Scan([.. Enumerable.Range(0, 50).Select(i => (i, 1, 0, 100 - i))]);
        Scan([.. Enumerable.Range(0, 50).Select(i => (i, 1, i, 100 - i))]);
        Assert.Equal([49, 48, 47, 0, 1, 2], TopProcesses.Choose(_table, 3, 2).Select(process => process.Pid));
        Assert.Empty(TopProcesses.Choose(_table, 3, 3));
    }

    private void Scan(params (int Pid, int Start, int Cpu, int Pages)[] processes)
    {
        _table.BeginScan();
        foreach (var (pid, start, cpu, pages) in processes)
            _table.See(pid, "x"u8, new PidStat { State = 'S', StartTicks = (ulong)start, CpuTicks = (ulong)cpu, ResidentPages = (ulong)pages });
        _table.EndScan();
    }
}

using System.Text;
using PerfPlatform.Agent.Processes;
using Xunit;

namespace PerfPlatform.Tests.Agent.Processes;

/// <summary>The processes of a name together, and which of them are told.</summary>
public class ProcessGroupsTests
{
    private readonly ProcessTable _table = new();
    private readonly ProcessGroups _groups = new(size: 2, leastTicks: 5, heldScans: 3);
    private readonly Dictionary<int, int> _ticks = [];

    [Fact]
    public void Choose_SeveralProcessesOfAName_AreToldTogether()
    {
        Scan((1, "cc1", 0, 10), (2, "cc1", 0, 20), (3, "bash", 0, 1));
        var told = Scan((1, "cc1", 7, 10), (2, "cc1", 8, 20), (4, "cc1", 9, 30), (3, "bash", 0, 1));
        Assert.Equal(("cc1", 24UL, 60UL), (told[1].Name, told[1].Ticks, told[1].ResidentPages));
        Assert.Equal(("bash", 0UL, 1UL), (told[0].Name, told[0].Ticks, told[0].ResidentPages));
        Assert.Equal(2, told.Count);
    }

    [Fact]
    public void Choose_ManyNames_TakesTheFirstByTimeAndByMemory()
    {
        // Name i uses 10 i ticks and has 100 - i pages.
        var processes = Enumerable.Range(0, 30).Select(i => (i, $"p{i:00}", 10 * i, 100 - i)).ToArray();
        Scan([.. processes.Select(p => (p.i, p.Item2, 0, p.Item4))]);
        Assert.Equal(["p00", "p01", "p28", "p29"], Scan(processes).Select(g => g.Name));
    }

    [Fact]
    public void Choose_LittleProcessorTime_IsNotAmongTheFirstByTime()
    {
        Scan((1, "large", 0, 99), (2, "larger", 0, 100), (3, "cron", 0, 1), (4, "busy", 0, 1));
        Assert.Equal(["busy", "large", "larger"], Scan((1, "large", 0, 99), (2, "larger", 0, 100), (3, "cron", 4, 1), (4, "busy", 5, 1)).Select(g => g.Name));
    }

    [Fact]
    public void Choose_NameThatWasAmongTheFirst_IsToldForAWhileWithWhatItUses()
    {
        Scan((1, "large", 0, 99), (2, "larger", 0, 100));
        Assert.Contains(Scan((1, "large", 0, 99), (2, "larger", 0, 100), (3, "cc1", 50, 7)), g => g is { Name: "cc1", Ticks: 50, ResidentPages: 7 });
        for (var i = 0; i < 3; i++) Assert.Contains(Scan((1, "large", 0, 99), (2, "larger", 0, 100)), g => g is { Name: "cc1", Ticks: 0, ResidentPages: 0 });
        Assert.DoesNotContain(Scan((1, "large", 0, 99), (2, "larger", 0, 100)), g => g.Name == "cc1");
        Assert.Equal(2, _groups.Count);
    }

    // Cpu: the ticks that a process uses until this scan.
    private List<ProcessGroup> Scan(params (int Pid, string Name, int Cpu, int Pages)[] processes)
    {
        _table.BeginScan();
        foreach (var (pid, name, cpu, pages) in processes)
        {
            _ticks[pid] = _ticks.GetValueOrDefault(pid) + cpu;
            _table.See(pid, Encoding.UTF8.GetBytes(name), new PidStat { State = 'S', StartTicks = 1, CpuTicks = (ulong)_ticks[pid], ResidentPages = (ulong)pages });
        }

        _table.EndScan();
        return [.. _groups.Choose(_table)];
    }
}

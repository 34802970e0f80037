using PerfPlatform.Agent.Otlp;

namespace PerfPlatform.Agent.Processes;

/// <summary>The processes of one executable name, together.</summary>
internal sealed class ProcessGroup(string name)
{
    public string Name => name;

    /// <summary>What tells its points from those of others.</summary>
    public PointAttributes Attributes => field ??= PointAttributes.Of("process.executable.name", name);

    public int Processes { get; private set; }

    /// <summary>Processor time since the scan before.</summary>
    public ulong Ticks { get; private set; }

    /// <summary>Shared pages count in each process that has them.</summary>
    public ulong ResidentPages { get; private set; }

    /// <summary>The last scan in which it is told.</summary>
    public int ToldUntil { get; set; }

    public void Clear() => (Processes, Ticks, ResidentPages) = (0, 0, 0);

    public void Add(ProcessTable.Entry process)
    {
        Processes++;
        Ticks += process.Ticks;
        ResidentPages += process.ResidentPages;
    }
}

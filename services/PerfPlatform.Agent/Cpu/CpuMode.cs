namespace PerfPlatform.Agent.Cpu;

/// <summary>What a processor spent its time on; the values of the attribute cpu.mode.</summary>
internal enum CpuMode
{
    User,
    Nice,
    System,
    Idle,
    Iowait,
    Interrupt,
    Steal,
}

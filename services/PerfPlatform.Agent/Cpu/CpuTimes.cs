using System.Runtime.CompilerServices;

namespace PerfPlatform.Agent.Cpu;

/// <summary>Clock ticks by <see cref="CpuMode"/>, counted since the boot.</summary>
[InlineArray(Count)]
internal struct CpuTimes
{
    public const int Count = 7;
    private ulong _first;

    public ulong this[CpuMode mode]
    {
        get => this[(int)mode];
        set => this[(int)mode] = value;
    }
}

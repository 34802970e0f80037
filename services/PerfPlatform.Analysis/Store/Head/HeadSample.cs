using System.Runtime.InteropServices;

namespace PerfPlatform.Analysis.Store.Head;

/// <summary>One sample in memory: 20 bytes. <see cref="Batch"/> is the batch's number within its generation, which knows the stamp.</summary>
[StructLayout(LayoutKind.Sequential, Pack = 4)]
internal struct HeadSample
{
    public long Time;
    public double Value;
    public int Batch;
}

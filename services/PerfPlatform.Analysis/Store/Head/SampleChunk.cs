namespace PerfPlatform.Analysis.Store.Head;

/// <summary>A piece of a slab that belongs to one series.</summary>
internal sealed class SampleChunk(HeadSample[] slab, int offset, int capacity)
{
    public readonly HeadSample[] Slab = slab;
    public readonly int Offset = offset;
    public readonly int Capacity = capacity;
    public SampleChunk? Next;
}

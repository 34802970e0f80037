namespace PerfPlatform.Analysis.Store.Head;

/// <summary>A piece of a slab that belongs to one series. Written by one thread; what lies before <see cref="Count"/> never changes.</summary>
internal sealed class SampleChunk(HeadSample[] slab, int offset, int capacity)
{
    public readonly HeadSample[] Slab = slab;
    public readonly int Offset = offset;
    public readonly int Capacity = capacity;
    public int Count;
    public SampleChunk? Next;
}

namespace PerfPlatform.Analysis.Store.Head;

/// <summary>The samples of one series in one generation, in the order in which they came: a chain of chunks that grow from 4 to 1,024 samples.</summary>
internal sealed class SeriesBuffer(SampleChunk first)
{
    public readonly SampleChunk First = first;
    public SampleChunk Last = first;
    public int Count;

    /// <summary>Copies the first <paramref name="count"/> samples.</summary>
    public void CopyTo(Span<HeadSample> destination, int count)
    {
        for (var chunk = First; count > 0; chunk = chunk.Next!)
        {
            var take = Math.Min(count, chunk.Capacity);
            chunk.Slab.AsSpan(chunk.Offset, take).CopyTo(destination);
            destination = destination[take..];
            count -= take;
        }
    }
}

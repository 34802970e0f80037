namespace PerfPlatform.Ingestion.Lookup;

/// <summary>The bytes by which a series came, and the spelling that came after it in the same request.</summary>
internal sealed class Spelling(byte[] bytes, CachedSeries series)
{
    private volatile CachedSeries _series = series;
    private volatile Spelling? _next;
    private volatile bool _forgotten;

    public byte[] Bytes { get; } = bytes;

    public CachedSeries Series
    {
        get => _series;
        set => _series = value;
    }

    /// <summary>A guess only: whoever follows it compares the bytes.</summary>
    public Spelling? Next
    {
        get => _next;
        set => _next = value;
    }

    /// <summary>The cache no longer holds it, so it hears of no ids.</summary>
    public bool Forgotten
    {
        get => _forgotten;
        set => _forgotten = value;
    }
}

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>
/// What a sample needs of its series, beside where the spelling's bytes lie. Copied from the <see cref="CachedSeries"/>, so that a sample of a series
/// whose id is known never touches that object: objects lie scattered, records one after the other.
/// </summary>
internal struct SpellingRecord
{
    /// <summary>Written last when the record comes to be; null where there is none yet, or it was forgotten.</summary>
    public CachedSeries? Series;

    /// <summary>As <see cref="CachedSeries.IdOfEpoch"/>, or 0 where the series has to be asked.</summary>
    public long IdOfEpoch;

    public int Start;

    public int Length;

    /// <summary>The position of the spelling that came after it in the same request. A guess only: whoever follows it compares the bytes.</summary>
    public int Next;

    /// <summary>The generation of the cache in which the spelling last came.</summary>
    public int Generation;

    public int Partition;
}

using System.Runtime.CompilerServices;

namespace PerfPlatform.Ingestion.Lookup;

/// <summary>Where the bytes lie by which a series came; the default is none.</summary>
internal readonly record struct Spelling(SpellingBlock Block, int Index)
{
    public bool IsNone => Block is null;

    /// <summary>What is known of it.</summary>
    public ref SpellingRecord Record
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => ref Block.Records[Index];
    }

    /// <summary>Its series; null once it was forgotten.</summary>
    public CachedSeries? Series => Volatile.Read(ref Record.Series);
}

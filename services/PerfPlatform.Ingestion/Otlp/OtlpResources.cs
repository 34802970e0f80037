using System.Collections.Concurrent;
using PerfPlatform.Ingestion.Lookup;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>The resources that were seen lately, each read once.</summary>
internal sealed class OtlpResources
{
    private const int MaxResources = 50_000;
    private const long MaxBytes = 64 << 20;

    // Bounded by MaxResources and MaxBytes: when full all are forgotten, and read again as they come.
    private readonly ConcurrentDictionary<SeriesKey, OtlpResource> _resources = new();
    private ulong _number;
    private long _bytes;

    /// <summary>How many are known.</summary>
    public int Count => _resources.Count;

    /// <summary>The resource of these bytes, or null when they are malformed.</summary>
    public OtlpResource? Of(ReadOnlySpan<byte> bytes)
    {
        var key = SeriesKey.Of(bytes);
        if (_resources.TryGetValue(key, out var known) && bytes.SequenceEqual(known.Bytes)) return known;
        var resource = OtlpResource.Read(bytes, Interlocked.Increment(ref _number));
        if (resource is null) return null;
        if (_resources.Count >= MaxResources || Interlocked.Add(ref _bytes, bytes.Length) > MaxBytes)
        {
            _resources.Clear();
            Interlocked.Exchange(ref _bytes, bytes.Length);
        }

        _resources[key] = resource;
        return resource;
    }
}

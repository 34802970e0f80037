// Hot file: reads the buckets of every native histogram. No LINQ, no closures, nothing allocated once the lists are large enough.
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>
/// One side of a native histogram: spans of neighbouring buckets (<c>BucketSpan { sint32 offset = 1; uint32 length = 2 }</c>, the offset counted from
/// the end of the span before) and their counts in order, as differences from the count before (integers) or as they are (floats).
/// </summary>
internal sealed class WireBuckets
{
    /// <summary>The most buckets of a side; Prometheus writes some hundreds. A count takes one byte of a body and much more here.</summary>
    public const int MaxBuckets = 10_000;

    // All bounded by MaxBuckets: further ones are counted and not kept.
    private readonly List<(long Offset, ulong Length)> _spans = [];
    private readonly List<long> _deltas = [];
    private readonly List<double> _counts = [];

    /// <summary>The buckets by ascending index.</summary>
    public List<(long Index, double Count)> Laid { get; } = [];

    /// <summary>Whether there are more buckets or spans than are read.</summary>
    public bool AreTooMany { get; private set; }

    public void Clear()
    {
        AreTooMany = false;
        _spans.Clear();
        _deltas.Clear();
        _counts.Clear();
        Laid.Clear();
    }

    /// <summary>Reads a field: 0 is a span, 1 the differences, 2 the counts.</summary>
    public bool TryRead(ref ProtoReader reader, int part, WireType type)
    {
        var read = part switch
        {
            0 => TryReadSpan(ref reader, type),
            1 => WireNumbers.TryAddZigZags(ref reader, type, _deltas, MaxBuckets + 1),
            _ => WireNumbers.TryAddDoubles(ref reader, type, _counts, MaxBuckets + 1),
        };
        AreTooMany |= Math.Max(_spans.Count, Math.Max(_deltas.Count, _counts.Count)) > MaxBuckets;
        return read;
    }

    /// <summary>Gives each count its index; false where spans and counts do not fit or a count is negative.</summary>
    public bool TryLayOut()
    {
        if (AreTooMany) return true;
        var integers = _deltas.Count > 0;
        var total = integers ? _deltas.Count : _counts.Count;
        if (integers && _counts.Count > 0) return false;
        long index = 0, running = 0;
        var next = 0;
        for (var i = 0; i < _spans.Count; i++)
        {
            var (offset, length) = _spans[i];
            if ((i > 0 && offset < 0) || length > (ulong)(total - next)) return false;
            index += offset;
            for (var end = next + (int)length; next < end; next++, index++)
            {
                if (integers) running += _deltas[next];
                var count = integers ? running : _counts[next];
                if (!(count >= 0)) return false;
                Laid.Add((index, count));
            }
        }

        return next == total;
    }

    private bool TryReadSpan(ref ProtoReader reader, WireType type)
    {
        if (type != WireType.Bytes || !reader.TryReadBytes(out var span)) return false;
        ulong offset = 0, length = 0;
        var fields = new ProtoReader(span);
        while (fields.TryReadTag(out var field, out var wire))
        {
            var read = (field, wire) switch
            {
                (1, WireType.Varint) => fields.TryReadVarint(out offset),
                (2, WireType.Varint) => fields.TryReadVarint(out length),
                _ => fields.TrySkip(wire),
            };
            if (!read) return false;
        }

        // As sint32 and uint32 have it.
        if (_spans.Count <= MaxBuckets) _spans.Add(((int)WireNumbers.ZigZag((uint)offset), (uint)length));
        return !fields.Failed;
    }
}

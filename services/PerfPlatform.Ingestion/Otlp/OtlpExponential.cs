using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary>
/// What an exponential histogram's point has beyond <see cref="OtlpPoint"/>: <c>sint32 scale = 6; fixed64 zero_count = 7; Buckets positive = 8; Buckets negative = 9;
/// double zero_threshold = 14</c>.
/// </summary>
internal ref struct OtlpExponential
{
    public int Scale;
    public ulong ZeroCount;
    public double ZeroThreshold;
    public OtlpBucketCounts Positive;
    public OtlpBucketCounts Negative;
    public ulong Count;
    public double Sum;
    public bool HasSum;

    /// <summary>How many values all the buckets hold.</summary>
    public readonly UInt128 BucketsCount => (UInt128)ZeroCount + Positive.Total + Negative.Total;

    public static bool TryRead(in OtlpPoint point, out OtlpExponential exponential)
    {
        exponential = new OtlpExponential { Count = point.Count, Sum = point.Sum, HasSum = point.HasField5 };
        var reader = new ProtoReader(point.Bytes);
        while (reader.TryReadTag(out var field, out var type))
        {
            var read = (field, type) switch
            {
                (6, WireType.Varint) => TryReadSigned(ref reader, out exponential.Scale),
                (7, WireType.Fixed64) => reader.TryReadFixed64(out exponential.ZeroCount),
                (8, WireType.Bytes) => reader.TryReadBytes(out var positive) && OtlpBucketCounts.TryRead(positive, out exponential.Positive),
                (9, WireType.Bytes) => reader.TryReadBytes(out var negative) && OtlpBucketCounts.TryRead(negative, out exponential.Negative),
                (14, WireType.Fixed64) => TryReadDouble(ref reader, out exponential.ZeroThreshold),
                _ => reader.TrySkip(type),
            };
            if (!read) return false;
        }

        return !reader.Failed;
    }

    /// <summary>Reads an <c>sint32</c>: zig-zag.</summary>
    public static bool TryReadSigned(ref ProtoReader reader, out int value)
    {
        var read = reader.TryReadVarint(out var raw);
        value = (int)((uint)raw >> 1) ^ -(int)(raw & 1);
        return read;
    }

    private static bool TryReadDouble(ref ProtoReader reader, out double value)
    {
        var read = reader.TryReadFixed64(out var bits);
        value = BitConverter.UInt64BitsToDouble(bits);
        return read;
    }
}

/// <summary><c>Buckets { sint32 offset = 1; repeated uint64 bucket_counts = 2 }</c>, already seen to be well-formed.</summary>
internal readonly ref struct OtlpBucketCounts
{
    // A double's exponent: what lies beyond is counted with the first or the last bucket.
    private const int MinIndex = -1075, MaxIndex = 1024;

    private readonly ReadOnlySpan<byte> _bytes;
    private readonly int _offset;

    private OtlpBucketCounts(ReadOnlySpan<byte> bytes, int offset, UInt128 total)
    {
        _bytes = bytes;
        _offset = offset;
        Total = total;
    }

    /// <summary>How many values they hold.</summary>
    public UInt128 Total { get; }

    /// <summary>How many values buckets hold; more than a count of 64 bits can say where a sender says so.</summary>
    public static UInt128 Sum(List<ulong> counts)
    {
        UInt128 sum = 0;
        foreach (var count in counts) sum += count;
        return sum;
    }

    public static bool TryRead(ReadOnlySpan<byte> bytes, out OtlpBucketCounts counts)
    {
        counts = default;
        var offset = 0;
        UInt128 total = 0;
        var reader = new ProtoReader(bytes);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (field == 1 && type == WireType.Varint)
            {
                if (!OtlpExponential.TryReadSigned(ref reader, out offset)) return false;
            }
            else if (field == 2 && type == WireType.Bytes)
            {
                if (!reader.TryReadBytes(out var packed)) return false;
                var numbers = new ProtoReader(packed);
                while (numbers.Position < packed.Length)
                {
                    if (!numbers.TryReadVarint(out var count)) return false;
                    total += count;
                }
            }
            else if (field == 2 && type == WireType.Varint)
            {
                if (!reader.TryReadVarint(out var count)) return false;
                total += count;
            }
            else if (!reader.TrySkip(type))
            {
                return false;
            }
        }

        counts = new OtlpBucketCounts(bytes, offset, total);
        return !reader.Failed;
    }

    /// <summary>Adds the counts that are not zero, each at its index shifted to a scale that is coarser by <paramref name="coarser"/>.</summary>
    public void AddTo(SortedDictionary<int, double> side, int coarser)
    {
        long index = _offset;
        var run = new Run();
        var reader = new ProtoReader(_bytes);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (field == 2 && type == WireType.Bytes)
            {
                if (!reader.TryReadBytes(out var packed)) break;
                var numbers = new ProtoReader(packed);
                while (numbers.Position < packed.Length && numbers.TryReadVarint(out var count)) run.Add(side, index++, coarser, count);
            }
            else if (field == 2 && type == WireType.Varint)
            {
                if (!reader.TryReadVarint(out var count)) break;
                run.Add(side, index++, coarser, count);
            }
            else if (!reader.TrySkip(type))
            {
                break;
            }
        }

        run.End(side);
    }

    // Neighbours that fall into one bucket are added up before it is looked for: however many a body has, that happens as often as there are buckets.
    private struct Run
    {
        private int _at;
        private double _sum;

        public void Add(SortedDictionary<int, double> side, long index, int coarser, ulong count)
        {
            if (count == 0) return;
            var at = (int)Math.Clamp(index >> Math.Min(coarser, 63), MinIndex << OtlpBuckets.MaxScale, MaxIndex << OtlpBuckets.MaxScale);
            if (at != _at) End(side);
            _at = at;
            _sum += count;
        }

        public void End(SortedDictionary<int, double> side)
        {
            if (_sum > 0) side[_at] = side.GetValueOrDefault(_at) + _sum;
            _sum = 0;
        }
    }
}

// Hot file: reads every native histogram. No LINQ, no closures, nothing allocated once the lists are large enough; malformed bytes answer false.
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>
/// The fields of a native histogram, of which 1.0 and 2.0 have the same: <c>Histogram { oneof { uint64 count_int = 1; double count_float = 2 };
/// double sum = 3; sint32 schema = 4; double zero_threshold = 5; oneof { uint64 zero_count_int = 6; double zero_count_float = 7 };
/// BucketSpan negative_spans = 8; sint64 negative_deltas = 9; double negative_counts = 10; the same of positive = 11, 12, 13;
/// ResetHint reset_hint = 14; int64 timestamp = 15; double custom_values = 16; int64 start_timestamp = 17 }</c>.
/// Valid until the next <see cref="TryRead"/>.
/// </summary>
internal sealed class WireHistogram
{
    private const int GaugeHint = 3;

    public double Count { get; private set; }

    public double Sum { get; private set; }

    public long Schema { get; private set; }

    public double ZeroThreshold { get; private set; }

    public double ZeroCount { get; private set; }

    public bool IsGauge { get; private set; }

    public long Time { get; private set; }

    /// <summary>When it began to count, or 0.</summary>
    public long Start { get; private set; }

    public WireBuckets Negative { get; } = new();

    public WireBuckets Positive { get; } = new();

    // Bounded by WireBuckets.MaxBuckets.
    public List<double> CustomBounds { get; } = [];

    /// <summary>Whether it has more buckets than are read: none of them then is.</summary>
    public bool HasTooMany => Negative.AreTooMany || Positive.AreTooMany || CustomBounds.Count > WireBuckets.MaxBuckets;

    /// <summary>Reads a histogram; false when it is malformed.</summary>
    public bool TryRead(ReadOnlySpan<byte> bytes)
    {
        (Count, Sum, Schema, ZeroThreshold, ZeroCount, IsGauge, Time, Start) = (0, 0, 0, 0, 0, false, 0, 0);
        Negative.Clear();
        Positive.Clear();
        CustomBounds.Clear();
        var reader = new ProtoReader(bytes);
        while (reader.TryReadTag(out var field, out var type))
        {
            var read = field switch
            {
                >= 8 and <= 10 => Negative.TryRead(ref reader, field - 8, type),
                >= 11 and <= 13 => Positive.TryRead(ref reader, field - 11, type),
                16 => WireNumbers.TryAddDoubles(ref reader, type, CustomBounds, WireBuckets.MaxBuckets + 1),
                _ => TryReadNumber(ref reader, field, type),
            };
            if (!read) return false;
        }

        return !reader.Failed && Negative.TryLayOut() && Positive.TryLayOut();
    }

    private bool TryReadNumber(ref ProtoReader reader, int field, WireType type)
    {
        if (type == WireType.Fixed64 && field is 2 or 3 or 5 or 7)
        {
            if (!reader.TryReadFixed64(out var bits)) return false;
            var number = BitConverter.UInt64BitsToDouble(bits);
            if (field == 2) Count = number;
            else if (field == 3) Sum = number;
            else if (field == 5) ZeroThreshold = number;
            else ZeroCount = number;
            return true;
        }

        if (type != WireType.Varint) return reader.TrySkip(type);
        if (!reader.TryReadVarint(out var value)) return false;
        switch (field)
        {
            case 1: Count = value; break;
            case 4: Schema = WireNumbers.ZigZag(value); break;
            case 6: ZeroCount = value; break;
            case 14: IsGauge = value == GaugeHint; break;
            case 15: Time = (long)value; break;
            case 17: Start = (long)value; break;
        }

        return true;
    }
}

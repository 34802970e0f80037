// Hot file: reads every data point of OTLP. No LINQ, no closures, nothing allocated; malformed bytes answer false, never throw.
using System.Buffers.Binary;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.Otlp;

/// <summary><c>Metric { string name = 1; string unit = 3; oneof data { gauge = 5; sum = 7; histogram = 9; exponential_histogram = 10; summary = 11 } }</c>.</summary>
internal ref struct OtlpMetric
{
    public const int Gauge = 5, Sum = 7, Histogram = 9, ExponentialHistogram = 10, Summary = 11;

    public ReadOnlySpan<byte> Name;
    public ReadOnlySpan<byte> Unit;

    /// <summary>The field of the data that the metric has, 0 for none.</summary>
    public int Kind;

    public ReadOnlySpan<byte> Data;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out OtlpMetric metric)
    {
        metric = default;
        var reader = new ProtoReader(bytes);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (type != WireType.Bytes || field is not (1 or 3 or Gauge or Sum or Histogram or ExponentialHistogram or Summary))
            {
                if (!reader.TrySkip(type)) return false;
                continue;
            }

            if (!reader.TryReadBytes(out var value)) return false;
            switch (field)
            {
                case 1: metric.Name = value; break;
                case 3: metric.Unit = value; break;
                default:
                    metric.Kind = field;
                    metric.Data = value;
                    break;
            }
        }

        return !reader.Failed;
    }
}

/// <summary>What all kinds of data share: <c>repeated data_points = 1; AggregationTemporality aggregation_temporality = 2; bool is_monotonic = 3</c>.</summary>
internal ref struct OtlpData
{
    public const ulong Delta = 1, Cumulative = 2;

    public ulong Temporality;
    public bool IsMonotonic;
    public int Points;

    public static bool TryRead(ReadOnlySpan<byte> bytes, out OtlpData data)
    {
        data = default;
        var reader = new ProtoReader(bytes);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (type == WireType.Varint && field is (2 or 3))
            {
                if (!reader.TryReadVarint(out var value)) return false;
                if (field == 2) data.Temporality = value;
                else data.IsMonotonic = value != 0;
                continue;
            }

            if (field == 1 && type == WireType.Bytes) data.Points++;
            if (!reader.TrySkip(type)) return false;
        }

        return !reader.Failed;
    }
}

/// <summary>
/// A data point of any kind. Number: <c>start_time_unix_nano = 2; time_unix_nano = 3; as_double = 4; as_int = 6; attributes = 7; flags = 8</c>. Summary: <c>count = 4; sum = 5;
/// quantile_values = 6; attributes = 7; flags = 8</c>. Histogram: <c>count = 4; sum = 5; bucket_counts = 6; explicit_bounds = 7; attributes = 9; flags = 10</c>.
/// </summary>
internal ref struct OtlpPoint
{
    private const ulong NanosecondsPerMillisecond = 1_000_000;

    /// <summary>The message, for its repeated fields.</summary>
    public ReadOnlySpan<byte> Bytes;

    public ulong StartTimeUnixNano;
    public ulong TimeUnixNano;
    public ulong Flags;
    public ulong Field4;
    public ulong Field5;
    public ulong Field6;
    public bool HasField4;
    public bool HasField5;
    public bool HasField6;

    /// <summary>Unix milliseconds.</summary>
    public readonly long Time => (long)(TimeUnixNano / NanosecondsPerMillisecond);

    /// <summary>Since when a sum counts, in Unix milliseconds; 0 where the sender does not say it.</summary>
    public readonly long Start => (long)(StartTimeUnixNano / NanosecondsPerMillisecond);

    /// <summary>The point says that there is no value now.</summary>
    public readonly bool NoValue => (Flags & 1) != 0;

    /// <summary>The value of a number point.</summary>
    public readonly double Number => HasField6 && !HasField4 ? (long)Field6 : BitConverter.UInt64BitsToDouble(Field4);

    public readonly bool HasNumber => HasField4 || HasField6;

    public readonly ulong Count => Field4;

    public readonly double Sum => BitConverter.UInt64BitsToDouble(Field5);

    public static bool TryRead(ReadOnlySpan<byte> bytes, int flagsField, out OtlpPoint point)
    {
        point = new OtlpPoint { Bytes = bytes };
        var reader = new ProtoReader(bytes);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (type == WireType.Fixed64)
            {
                if (!reader.TryReadFixed64(out var value)) return false;
                switch (field)
                {
                    case 2: point.StartTimeUnixNano = value; break;
                    case 3: point.TimeUnixNano = value; break;
                    // A later member of a oneof replaces an earlier one.
                    case 4: (point.Field4, point.HasField4, point.HasField6) = (value, true, false); break;
                    case 5: (point.Field5, point.HasField5) = (value, true); break;
                    case 6: (point.Field6, point.HasField6, point.HasField4) = (value, true, flagsField == 10 && point.HasField4); break;
                }
            }
            else if (field == flagsField && type == WireType.Varint)
            {
                if (!reader.TryReadVarint(out point.Flags)) return false;
            }
            else if (!reader.TrySkip(type))
            {
                return false;
            }
        }

        return !reader.Failed;
    }

    /// <summary>Reads a repeated field of eight-byte numbers, packed or not, into a list that is cleared first.</summary>
    public readonly bool TryReadNumbers(int wanted, List<ulong> numbers)
    {
        numbers.Clear();
        var reader = new ProtoReader(Bytes);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (field == wanted && type == WireType.Bytes)
            {
                if (!reader.TryReadBytes(out var packed) || packed.Length % sizeof(ulong) != 0) return false;
                for (; packed.Length > 0; packed = packed[sizeof(ulong)..]) numbers.Add(BinaryPrimitives.ReadUInt64LittleEndian(packed));
            }
            else if (field == wanted && type == WireType.Fixed64)
            {
                if (!reader.TryReadFixed64(out var number)) return false;
                numbers.Add(number);
            }
            else if (!reader.TrySkip(type))
            {
                return false;
            }
        }

        return !reader.Failed;
    }
}

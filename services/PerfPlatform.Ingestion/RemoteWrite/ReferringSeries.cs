// Hot file: reads every series of every 2.0 body. No LINQ, no closures, nothing allocated; malformed bytes answer false, never throw.
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>
/// Reads an <c>io.prometheus.write.v2.TimeSeries</c>: <c>repeated uint32 labels_refs = 1; repeated Sample samples = 2; repeated Histogram histograms = 3;
/// repeated Exemplar exemplars = 4; Metadata metadata = 5; int64 created_timestamp = 6</c>. A sample is <c>double value = 1; int64 timestamp = 2;
/// int64 start_timestamp = 3</c>: later drafts have the time of creation there, and not in the series.
/// </summary>
internal ref struct ReferringSeries
{
    // Twice the most labels that the settings allow, and the metric's name; whoever refers to more is refused for it.
    private const int MaxReferences = 2 * (1000 + 2);

    private ProtoReader _samples;
    private ProtoReader _histograms;

    public int SampleCount { get; private init; }

    public int HistogramCount { get; private init; }

    /// <summary>When the series began to count, or 0.</summary>
    public long Created { get; private init; }

    /// <summary><c>Metadata { MetricType type = 1; uint32 help_ref = 3; uint32 unit_ref = 4 }</c>.</summary>
    public ulong Type { get; private init; }

    public uint Unit { get; private init; }

    /// <summary>Finds the parts of a series and reads its references into the list; false when it is malformed.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> series, List<uint> references, out ReferringSeries opened)
    {
        opened = default;
        references.Clear();
        int samples = 0, histograms = 0;
        ulong created = 0, kind = 0, unit = 0;
        var reader = new ProtoReader(series);
        while (reader.TryReadTag(out var field, out var type))
        {
            var read = (field, type) switch
            {
                (1, WireType.Bytes or WireType.Varint) => WireNumbers.TryAddReferences(ref reader, type, references, MaxReferences),
                (5, WireType.Bytes) => TryReadMetadata(ref reader, ref kind, ref unit),
                (6, WireType.Varint) => reader.TryReadVarint(out created),
                _ => reader.TrySkip(type),
            };
            if (!read) return false;
            if (type != WireType.Bytes) continue;
            if (field == 2) samples++;
            else if (field == 3) histograms++;
        }

        if (reader.Failed) return false;
        opened = new ReferringSeries
        {
            _samples = new ProtoReader(series),
            _histograms = new ProtoReader(series),
            SampleCount = samples,
            HistogramCount = histograms,
            Created = (long)created,
            Type = kind,
            Unit = (uint)unit,
        };
        return true;
    }

    /// <summary>Reads the next sample; false after the last, and where it is malformed (then fewer come than <see cref="SampleCount"/> says).</summary>
    public bool TryReadSample(out long time, out double value, out long start)
    {
        (time, value, start) = (0, 0, 0);
        if (!TryReadNext(ref _samples, 2, out var sample)) return false;
        var reader = new ProtoReader(sample);
        while (reader.TryReadTag(out var field, out var type))
        {
            ulong number = 0;
            var read = type switch
            {
                WireType.Fixed64 => reader.TryReadFixed64(out number),
                WireType.Varint => reader.TryReadVarint(out number),
                _ => reader.TrySkip(type),
            };
            if (!read) return false;
            // Fields that are zero are not written.
            if (field == 1 && type == WireType.Fixed64) value = BitConverter.UInt64BitsToDouble(number);
            else if (field == 2 && type == WireType.Varint) time = (long)number;
            else if (field == 3 && type == WireType.Varint) start = (long)number;
        }

        return !reader.Failed;
    }

    /// <summary>Reads the next native histogram, as its bytes.</summary>
    public bool TryReadHistogram(out ReadOnlySpan<byte> histogram) => TryReadNext(ref _histograms, 3, out histogram);

    private static bool TryReadNext(scoped ref ProtoReader reader, int wanted, out ReadOnlySpan<byte> message)
    {
        while (reader.TryReadTag(out var field, out var type))
        {
            if (field == wanted && type == WireType.Bytes) return reader.TryReadBytes(out message);
            if (!reader.TrySkip(type)) break;
        }

        message = default;
        return false;
    }

    private static bool TryReadMetadata(scoped ref ProtoReader reader, ref ulong kind, ref ulong unit)
    {
        if (!reader.TryReadBytes(out var metadata)) return false;
        var fields = new ProtoReader(metadata);
        while (fields.TryReadTag(out var field, out var type))
        {
            var read = (field, type) switch
            {
                (1, WireType.Varint) => fields.TryReadVarint(out kind),
                (4, WireType.Varint) => fields.TryReadVarint(out unit),
                _ => fields.TrySkip(type),
            };
            if (!read) return false;
        }

        return !fields.Failed;
    }
}

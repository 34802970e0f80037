// Hot file: reads every series of every remote write body. No LINQ, no closures, nothing allocated where labels lie together, as every sender
// writes them; malformed bytes answer false, never throw.
using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>
/// Reads a <c>prometheus.TimeSeries</c>: <c>repeated Label labels = 1; repeated Sample samples = 2; repeated Exemplar exemplars = 3;
/// repeated Histogram histograms = 4</c>; a sample is <c>double value = 1; int64 timestamp = 2</c>.
/// </summary>
internal ref struct TimeSeriesReader
{
    // Of the eight bytes that start one before the time's tag: the first five bytes of the time, which go on.
    private const ulong ContinuationBits = 0x0080_8080_8080_0000;

    private ProtoReader _samples;
    private ProtoReader _histograms;

    /// <summary>The bytes of all labels with their tags, as they came: the key by which the series is looked up.</summary>
    public ReadOnlySpan<byte> Labels { get; private set; }

    /// <summary>How many samples there are.</summary>
    public int SampleCount { get; private set; }

    /// <summary>How many native histograms there are.</summary>
    public int HistogramCount { get; private set; }

    /// <summary>Finds the parts of a series; false when it is malformed.</summary>
    public static bool TryOpen(ReadOnlySpan<byte> series, out TimeSeriesReader opened)
    {
        opened = default;
        var reader = new ProtoReader(series);
        int labelsStart = -1, labelsEnd = 0, firstSample = series.Length, samples = 0, histograms = 0;
        var together = true;
        while (true)
        {
            var start = reader.Position;
            if (!reader.TryReadTag(out var field, out var type)) break;
            if (!reader.TrySkip(type)) return false;
            if (type != WireType.Bytes) continue;
            switch (field)
            {
                case 1:
                    if (labelsStart < 0) labelsStart = start;
                    else if (labelsEnd != start) together = false;
                    labelsEnd = reader.Position;
                    break;
                case 2:
                    if (samples++ == 0) firstSample = start;
                    break;
                case 4:
                    histograms++;
                    break;
            }
        }

        if (reader.Failed) return false;
        opened = new TimeSeriesReader
        {
            _samples = new ProtoReader(series[firstSample..]),
            _histograms = new ProtoReader(histograms > 0 ? series : []),
            Labels = labelsStart < 0 ? [] : together ? series[labelsStart..labelsEnd] : Gather(series),
            SampleCount = samples,
            HistogramCount = histograms,
        };
        return true;
    }

    /// <summary>Reads the next sample; false after the last, and where it is malformed (then fewer come than <see cref="SampleCount"/> says).</summary>
    public bool TryReadSample(out long time, out double value)
    {
        while (_samples.TryReadTag(out var field, out var type))
        {
            if (field != 2 || type != WireType.Bytes)
            {
                if (!_samples.TrySkip(type)) break;
                continue;
            }

            return _samples.TryReadBytes(out var sample) & TryParseSample(sample, out time, out value);
        }

        (time, value) = (0, 0);
        return false;
    }

    /// <summary>Reads the next native histogram, as its bytes.</summary>
    public bool TryReadHistogram(out ReadOnlySpan<byte> histogram)
    {
        while (_histograms.TryReadTag(out var field, out var type))
        {
            if (field == 4 && type == WireType.Bytes) return _histograms.TryReadBytes(out histogram);
            if (!_histograms.TrySkip(type)) break;
        }

        histogram = default;
        return false;
    }

    /// <summary>Reads the next label of <see cref="Labels"/>: <c>string name = 1; string value = 2</c>.</summary>
    public static bool TryReadLabel(scoped ref ProtoReader labels, out ReadOnlySpan<byte> name, out ReadOnlySpan<byte> value)
    {
        name = value = default;
        if (!labels.TryReadTag(out _, out _) || !labels.TryReadBytes(out var label)) return false;
        var reader = new ProtoReader(label);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (type == WireType.Bytes && field is (1 or 2))
            {
                if (!reader.TryReadBytes(out var text)) return false;
                if (field == 1) name = text;
                else value = text;
            }
            else if (!reader.TrySkip(type))
            {
                return false;
            }
        }

        return !reader.Failed;
    }

    /// <summary>Reads what follows the labels where it is one sample in its usual form; false says nothing but that it is something else.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadOnlySample(ReadOnlySpan<byte> rest, out long time, out double value)
    {
        if (rest.Length == 18 && rest[0] == 0x12 && rest[1] == 16) return TryParseUsualSample(rest[2..], out time, out value);
        // A value that is zero is not written.
        if (rest.Length == 9 && rest[0] == 0x12 && rest[1] == 7) return TryParseAnySample(rest[2..], out time, out value);
        (time, value) = (0, 0);
        return false;
    }

    private static bool TryParseSample(ReadOnlySpan<byte> sample, out long time, out double value) =>
        TryParseUsualSample(sample, out time, out value) || TryParseAnySample(sample, out time, out value);

    // 09 <8 bytes> 10 <6 bytes of varint>: a value that is not zero and a time of our century.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool TryParseUsualSample(ReadOnlySpan<byte> sample, out long time, out double value)
    {
        if (sample.Length == 16 && sample[0] == 0x09 && sample[9] == 0x10 && sample[15] < 0x80
            && (BinaryPrimitives.ReadUInt64LittleEndian(sample[8..]) & ContinuationBits) == ContinuationBits)
        {
            value = BitConverter.UInt64BitsToDouble(BinaryPrimitives.ReadUInt64LittleEndian(sample[1..]));
            time = (sample[10] & 0x7FL) | (sample[11] & 0x7FL) << 7 | (sample[12] & 0x7FL) << 14 | (sample[13] & 0x7FL) << 21 | (sample[14] & 0x7FL) << 28 | (long)sample[15] << 35;
            return true;
        }

        (time, value) = (0, 0);
        return false;
    }

    private static bool TryParseAnySample(ReadOnlySpan<byte> sample, out long time, out double value)
    {
        // Fields that are zero are not written.
        (time, value) = (0, 0);
        var reader = new ProtoReader(sample);
        while (reader.TryReadTag(out var field, out var type))
        {
            if (field == 1 && type == WireType.Fixed64)
            {
                if (!reader.TryReadFixed64(out var bits)) return false;
                value = BitConverter.UInt64BitsToDouble(bits);
            }
            else if (field == 2 && type == WireType.Varint)
            {
                if (!reader.TryReadVarint(out var milliseconds)) return false;
                time = (long)milliseconds;
            }
            else if (!reader.TrySkip(type))
            {
                return false;
            }
        }

        return !reader.Failed;
    }

    // A sender that scatters its labels between samples: legal, never seen, and therefore allowed to allocate.
    private static byte[] Gather(ReadOnlySpan<byte> series)
    {
        var labels = new List<byte>(series.Length);
        var reader = new ProtoReader(series);
        while (true)
        {
            var start = reader.Position;
            if (!reader.TryReadTag(out var field, out var type) || !reader.TrySkip(type)) return [.. labels];
            if (field == 1 && type == WireType.Bytes) labels.AddRange(series[start..reader.Position]);
        }
    }
}

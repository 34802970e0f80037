// Hot file: every sample is read here. No LINQ, no closures, nothing allocated but the batch.
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Unicode;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Samples;

/// <summary>Reads the body of a batch. Every count is checked against the bytes that remain before anything is allocated for it.</summary>
internal ref struct SampleBatchCodecReader(ReadOnlySpan<byte> bytes)
{
    private readonly ReadOnlySpan<byte> _bytes = bytes;
    private int _at;

    public readonly ReadOnlySpan<byte> Remaining => _bytes[_at..];

    public SampleBatch ReadBody(Guid epoch, BatchStamp stamp, int partition)
    {
        var seriesCount = ReadInt32("number of series");
        var sampleCount = ReadInt32("number of samples");
        // A series has at least two bytes (id, count) and a sample two (time, value).
        if (seriesCount > sampleCount) Fail($"{seriesCount} series and {sampleCount} samples: a series has at least one.");
        if (2L * seriesCount + 2L * sampleCount > _bytes.Length - _at) Fail($"{seriesCount} series and {sampleCount} samples do not fit in {_bytes.Length - _at} bytes.");

        var series = new BatchSeries[seriesCount];
        var scales = new byte[seriesCount];
        ReadSeries(series, scales, sampleCount);
        var times = new long[sampleCount];
        ReadTimes(series, times, stamp.ReceivedAt);
        var values = new double[sampleCount];
        ReadValues(series, scales, values);
        if (_at != _bytes.Length) Fail($"{_bytes.Length - _at} bytes follow the end of the batch.");
        return new SampleBatch(epoch, stamp, partition, series, seriesCount, times, values, sampleCount);
    }

    /// <summary>A varint that is not negative and fits an int.</summary>
    public int ReadInt32(string what)
    {
        var value = Varint();
        if (value > int.MaxValue) Fail($"The {what} is {value}.");
        return (int)value;
    }

    private void ReadSeries(BatchSeries[] series, byte[] scales, int sampleCount)
    {
        long id = 0, start = 0;
        for (var i = 0; i < series.Length; i++)
        {
            var who = Varint();
            id = unchecked(id + SampleBatchCodecValues.UnZigZag(who >> 1));
            if (id is < 0 or > int.MaxValue) Fail($"A series has the id {id}.");
            var labelled = (who & 1) != 0;
            if (id == 0 && !labelled) Fail("A series has neither an id nor labels.");
            var countAndScale = Varint();
            var count = countAndScale >> 4;
            if (count == 0 || count > (ulong)(sampleCount - start)) Fail($"A series has {count} samples.");
            scales[i] = (byte)(countAndScale & 15);
            series[i] = new BatchSeries((int)id, labelled ? ReadDescriptor() : null, (int)start, (int)count);
            start += (long)count;
        }

        if (start != sampleCount) Fail($"The series have {start} samples and the batch says {sampleCount}.");
    }

    private SeriesDescriptor ReadDescriptor()
    {
        if (!MetricName.TryParse(Text(), out var metric, out var error)) Fail(error);
        var labels = Labels();
        if (_at >= _bytes.Length) FailShort();
        var kind = (MetricKind)_bytes[_at++];
        if (kind > MetricKind.Counter) Fail($"The metric kind {(byte)kind} is not known.");
        return new SeriesDescriptor(metric, labels, kind, Text(), Labels());
    }

    private LabelSet Labels()
    {
        var count = ReadInt32("number of labels");
        if (count == 0) return LabelSet.Empty;
        if (2L * count > _bytes.Length - _at) Fail($"{count} labels do not fit in {_bytes.Length - _at} bytes.");
        var labels = new Label[count];
        for (var i = 0; i < labels.Length; i++) labels[i] = new Label(Text(), Text());
        try
        {
            return LabelSet.From(labels);
        }
        catch (ArgumentException e)
        {
            throw new InvalidDataException(e.Message, e);
        }
    }

    private string Text()
    {
        var size = ReadInt32("length of a text");
        if (size > _bytes.Length - _at) FailShort();
        var utf8 = _bytes.Slice(_at, size);
        if (!Utf8.IsValid(utf8)) Fail("A text is not UTF-8.");
        _at += size;
        return size == 0 ? "" : Encoding.UTF8.GetString(utf8);
    }

    private void ReadTimes(BatchSeries[] series, long[] times, long first)
    {
        foreach (ref readonly var entry in series.AsSpan())
        {
            var own = times.AsSpan(entry.Start, entry.Count);
            first = unchecked(first + SampleBatchCodecValues.UnZigZag(Varint()));
            own[0] = first;
            long previous = first, step = 0;
            for (var i = 1; i < own.Length; i++)
            {
                step = unchecked(step + SampleBatchCodecValues.UnZigZag(Varint()));
                previous = unchecked(previous + step);
                own[i] = previous;
            }
        }
    }

    private void ReadValues(BatchSeries[] series, byte[] scales, double[] values)
    {
        for (var s = 0; s < series.Length; s++)
        {
            var own = values.AsSpan(series[s].Start, series[s].Count);
            if (scales[s] == SampleBatchCodecValues.Raw)
            {
                ReadRaw(own);
                continue;
            }

            var scaled = 0L;
            for (var i = 0; i < own.Length; i++)
            {
                scaled = unchecked(scaled + SampleBatchCodecValues.UnZigZag(Varint()));
                own[i] = SampleBatchCodecValues.Unscale(scaled, scales[s]);
            }
        }
    }

    private void ReadRaw(Span<double> own)
    {
        if ((long)own.Length * sizeof(double) > _bytes.Length - _at) FailShort();
        var source = _bytes.Slice(_at, own.Length * sizeof(double));
        if (BitConverter.IsLittleEndian) source.CopyTo(MemoryMarshal.AsBytes(own));
        else for (var i = 0; i < own.Length; i++) own[i] = BinaryPrimitives.ReadDoubleLittleEndian(source[(i * sizeof(double))..]);
        _at += source.Length;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private ulong Varint()
    {
        if (_at < _bytes.Length && _bytes[_at] < 0x80) return _bytes[_at++];
        return LongVarint();
    }

    private ulong LongVarint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            if (_at >= _bytes.Length) FailShort();
            var part = _bytes[_at++];
            if (shift == 63 && part > 1) Fail("A number is longer than 64 bits.");
            value |= (ulong)(part & 0x7F) << shift;
            if (part < 0x80) return value;
        }

        Fail("A number is longer than 64 bits.");
        return 0;
    }

    [DoesNotReturn]
    private static void FailShort() => throw new InvalidDataException("The batch ends in the middle.");

    [DoesNotReturn]
    private static void Fail(string message) => throw new InvalidDataException(message);
}

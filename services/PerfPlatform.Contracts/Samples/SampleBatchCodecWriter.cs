// Hot file: every sample of the platform passes here. No LINQ, no closures, nothing allocated per sample.
using System.Buffers;
using System.Buffers.Binary;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Samples;

/// <summary>Writes the body of a batch into a rented buffer that grows.</summary>
internal ref struct SampleBatchCodecWriter
{
    private const int MaxVarint = 10;

    private byte[] _buffer;
    private int _at;

    public SampleBatchCodecWriter(int size) => _buffer = ArrayPool<byte>.Shared.Rent(size);

    public readonly ReadOnlySpan<byte> Written => _buffer.AsSpan(0, _at);

    public readonly void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    /// <summary>Counts, then who (id or labels), then times, then values: like lies next to like, which compresses.</summary>
    public void WriteBody(SampleBatch batch)
    {
        var total = 0L;
        foreach (ref readonly var series in batch.Series) total += series.Count;
        // A sample has at least two bytes, so this cannot fit; it also keeps every size below within an int.
        if (total > SampleBatchCodec.MaxBodyBytes / 2) FailLarge();
        Ensure(2 * MaxVarint);
        Varint((uint)batch.Series.Length);
        Varint((ulong)total);

        var scales = ArrayPool<byte>.Shared.Rent(batch.Series.Length);
        WriteSeries(batch, scales);
        WriteTimes(batch);
        WriteValues(batch, scales);
        ArrayPool<byte>.Shared.Return(scales);
        if (_at > SampleBatchCodec.MaxBodyBytes) FailLarge();
    }

    /// <summary>Writes a varint into a span that has room for it, and says how long it is.</summary>
    public static int PutVarint(Span<byte> target, ulong value)
    {
        var at = 0;
        while (value >= 0x80)
        {
            target[at++] = (byte)(value | 0x80);
            value >>= 7;
        }

        target[at++] = (byte)value;
        return at;
    }

    private void WriteSeries(SampleBatch batch, byte[] scales)
    {
        var previous = 0;
        var values = batch.Values;
        for (var i = 0; i < batch.Series.Length; i++)
        {
            ref readonly var series = ref batch.Series[i];
            var id = Math.Max(series.Id, 0);
            var scale = SampleBatchCodecValues.Choose(values.Slice(series.Start, series.Count));
            scales[i] = (byte)scale;
            Ensure(2 * MaxVarint);
            Varint(SampleBatchCodecValues.ZigZag((long)id - previous) << 1 | (series.Descriptor is null ? 0UL : 1UL));
            Varint((ulong)(uint)series.Count << 4 | (uint)scale);
            previous = id;
            if (series.Descriptor is not null) WriteDescriptor(series.Descriptor);
        }
    }

    private void WriteDescriptor(SeriesDescriptor descriptor)
    {
        Text(descriptor.Metric.Value);
        Labels(descriptor.Labels);
        Ensure(1);
        _buffer[_at++] = (byte)descriptor.Kind;
        Text(descriptor.Unit);
        Labels(descriptor.Metadata);
    }

    private void Labels(LabelSet labels)
    {
        Ensure(MaxVarint);
        Varint((uint)labels.Count);
        foreach (ref readonly var label in labels.AsSpan())
        {
            Text(label.Name);
            Text(label.Value);
        }
    }

    private void Text(string text)
    {
        var size = Encoding.UTF8.GetByteCount(text);
        Ensure(MaxVarint + size);
        Varint((uint)size);
        _at += Encoding.UTF8.GetBytes(text, _buffer.AsSpan(_at));
    }

    // The first time of a series against the first of the series before it (the stamp for the first), the second against the first,
    // the others as the change of the difference. All arithmetic wraps, so every long comes back.
    private void WriteTimes(SampleBatch batch)
    {
        var first = batch.Stamp.ReceivedAt;
        var times = batch.Times;
        foreach (ref readonly var series in batch.Series)
        {
            var own = times.Slice(series.Start, series.Count);
            Ensure((long)own.Length * MaxVarint);
            Varint(SampleBatchCodecValues.ZigZag(unchecked(own[0] - first)));
            first = own[0];
            long previous = first, step = 0;
            for (var i = 1; i < own.Length; i++)
            {
                var next = unchecked(own[i] - previous);
                Varint(SampleBatchCodecValues.ZigZag(unchecked(next - step)));
                (previous, step) = (own[i], next);
            }
        }
    }

    private void WriteValues(SampleBatch batch, byte[] scales)
    {
        var values = batch.Values;
        for (var s = 0; s < batch.Series.Length; s++)
        {
            ref readonly var series = ref batch.Series[s];
            var own = values.Slice(series.Start, series.Count);
            if (scales[s] == SampleBatchCodecValues.Raw)
            {
                Ensure((long)own.Length * sizeof(double));
                var target = _buffer.AsSpan(_at);
                if (BitConverter.IsLittleEndian) MemoryMarshal.AsBytes(own).CopyTo(target);
                else for (var i = 0; i < own.Length; i++) BinaryPrimitives.WriteDoubleLittleEndian(target[(i * sizeof(double))..], own[i]);
                _at += own.Length * sizeof(double);
                continue;
            }

            Ensure((long)own.Length * MaxVarint);
            var previous = 0L;
            for (var i = 0; i < own.Length; i++)
            {
                var scaled = SampleBatchCodecValues.Scale(own[i], scales[s]);
                Varint(SampleBatchCodecValues.ZigZag(scaled - previous));
                previous = scaled;
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Varint(ulong value)
    {
        if (value < 0x80) _buffer[_at++] = (byte)value;
        else _at += PutVarint(_buffer.AsSpan(_at), value);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Ensure(long more)
    {
        if (_buffer.Length - _at < more) Grow(more);
    }

    private void Grow(long more)
    {
        // Callers ask for the worst case; what was really written is what must stay within the bound.
        if (_at > SampleBatchCodec.MaxBodyBytes) FailLarge();
        var larger = ArrayPool<byte>.Shared.Rent((int)Math.Max(_at + more, _buffer.Length * 2L));
        _buffer.AsSpan(0, _at).CopyTo(larger);
        ArrayPool<byte>.Shared.Return(_buffer);
        _buffer = larger;
    }

    [DoesNotReturn]
    private static void FailLarge() => throw new ArgumentException($"The batch is larger than {SampleBatchCodec.MaxBodyBytes} bytes: split it.");
}

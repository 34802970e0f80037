using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using PerfPlatform.Contracts.Samples;

namespace PerfPlatform.Analysis.Store.Head;

/// <summary>
/// The head's samples of some series as bytes, for another replica of the same version: a byte that names the form; the stamps (received at, instance, sequence), each
/// once; then each series' id, count and samples (time, value, the number of the stamp). Little endian. What cannot be read is refused.
/// </summary>
internal static class HeadParts
{
    private const byte Form = 1;
    private const int StampBytes = 24;
    private const int SampleBytes = 20;

    /// <summary>Writes what a snapshot has of some series in a range of time.</summary>
    public static byte[] Write(HeadSnapshot head, IReadOnlyCollection<int> seriesIds, long from, long to)
    {
        var stamps = new List<BatchStamp>();
        var numbers = new Dictionary<(BatchStamp[], int), int>();
        var body = new ArrayBufferWriter<byte>(4096);
        var samples = new HeadSample[256];
        var kept = new List<HeadSample>();
        foreach (var id in seriesIds)
        {
            kept.Clear();
            foreach (var slice in head[id])
            {
                if (samples.Length < slice.Count) samples = new HeadSample[Math.Max(slice.Count, samples.Length * 2)];
                slice.Buffer.CopyTo(samples, slice.Count);
                foreach (ref readonly var sample in samples.AsSpan(0, slice.Count))
                {
                    if (sample.Time >= from && sample.Time < to) kept.Add(sample with { Batch = Number(slice.Stamps, sample.Batch) });
                }
            }

            if (kept.Count == 0) continue;
            WriteInt32(body, id);
            WriteInt32(body, kept.Count);
            foreach (ref readonly var sample in CollectionsMarshal.AsSpan(kept)) WriteSample(body, sample);
        }

        var all = new ArrayBufferWriter<byte>(5 + (stamps.Count * StampBytes) + body.WrittenCount);
        all.Write([Form]);
        WriteInt32(all, stamps.Count);
        foreach (var stamp in stamps) WriteStamp(all, stamp);
        all.Write(body.WrittenSpan);
        return all.WrittenSpan.ToArray();

        int Number(BatchStamp[] of, int batch)
        {
            ref var number = ref CollectionsMarshal.GetValueRefOrAddDefault(numbers, (of, batch), out var exists);
            if (exists) return number;
            number = stamps.Count;
            stamps.Add(of[batch]);
            return number;
        }
    }

    /// <summary>Adds what another replica wrote to a snapshot.</summary>
    /// <exception cref="InvalidDataException">It is not what <see cref="Write"/> writes.</exception>
    public static void Read(ReadOnlySpan<byte> bytes, HeadSnapshot head)
    {
        if (bytes.Length < 5 || bytes[0] != Form) throw new InvalidDataException("The samples of the other replica have a form that is not known here.");
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]);
        bytes = bytes[5..];
        if (count < 0 || (long)count * StampBytes > bytes.Length) throw Cut();
        var stamps = new BatchStamp[count];
        for (var i = 0; i < stamps.Length; i++, bytes = bytes[StampBytes..])
        {
            stamps[i] = new BatchStamp(
                BinaryPrimitives.ReadInt64LittleEndian(bytes), (uint)BinaryPrimitives.ReadInt64LittleEndian(bytes[8..]), BinaryPrimitives.ReadInt64LittleEndian(bytes[16..]));
        }

        var slab = new HeadSample[bytes.Length / SampleBytes];
        for (var at = 0; bytes.Length > 0;)
        {
            if (bytes.Length < 8) throw Cut();
            var (id, samples) = (BinaryPrimitives.ReadInt32LittleEndian(bytes), BinaryPrimitives.ReadInt32LittleEndian(bytes[4..]));
            bytes = bytes[8..];
            if (samples <= 0 || (long)samples * SampleBytes > bytes.Length) throw Cut();
            var buffer = new SeriesBuffer();
            buffer.Extend(new SampleChunk(slab, at, samples));
            for (var i = 0; i < samples; i++, bytes = bytes[SampleBytes..])
            {
                var batch = BinaryPrimitives.ReadInt32LittleEndian(bytes[16..]);
                if ((uint)batch >= (uint)stamps.Length) throw Cut();
                buffer.Add(BinaryPrimitives.ReadInt64LittleEndian(bytes), BinaryPrimitives.ReadDoubleLittleEndian(bytes[8..]), batch);
            }

            at += samples;
            head.Take(id, new HeadSlice(buffer, samples, stamps));
        }
    }

    private static InvalidDataException Cut() => new("The samples of the other replica are cut off or damaged.");

    private static void WriteInt32(ArrayBufferWriter<byte> to, int value)
    {
        BinaryPrimitives.WriteInt32LittleEndian(to.GetSpan(4), value);
        to.Advance(4);
    }

    private static void WriteStamp(ArrayBufferWriter<byte> to, in BatchStamp stamp)
    {
        var span = to.GetSpan(StampBytes);
        BinaryPrimitives.WriteInt64LittleEndian(span, stamp.ReceivedAt);
        BinaryPrimitives.WriteInt64LittleEndian(span[8..], stamp.Instance);
        BinaryPrimitives.WriteInt64LittleEndian(span[16..], stamp.Sequence);
        to.Advance(StampBytes);
    }

    private static void WriteSample(ArrayBufferWriter<byte> to, in HeadSample sample)
    {
        var span = to.GetSpan(SampleBytes);
        BinaryPrimitives.WriteInt64LittleEndian(span, sample.Time);
        BinaryPrimitives.WriteDoubleLittleEndian(span[8..], sample.Value);
        BinaryPrimitives.WriteInt32LittleEndian(span[16..], sample.Batch);
        to.Advance(SampleBytes);
    }
}

using System.Buffers.Binary;

namespace PerfPlatform.Contracts.Samples;

/// <summary>
/// The versioned binary form of a <see cref="SampleBatch"/>, as it travels on the bus and rests in the inbox. docs/batch-format.md tells the bytes.
/// Samples come back series by series: ranges that overlapped or left gaps in the columns are written one after another.
/// </summary>
public static class SampleBatchCodec
{
    /// <summary>The largest body that is written or read, before compression.</summary>
    public const int MaxBodyBytes = 64 << 20;

    internal const byte Magic = 0xB5;
    internal const byte Version = 1;
    internal const byte FlagCompressed = 1;

    // magic, version, flags, epoch, received at, instance, sequence
    internal const int FixedHeaderBytes = 3 + 16 + 8 + 4 + 8;

    /// <summary>Writes a batch.</summary>
    /// <exception cref="ArgumentException">The batch is larger than <see cref="MaxBodyBytes"/>.</exception>
    public static byte[] Encode(SampleBatch batch)
    {
        ArgumentNullException.ThrowIfNull(batch);
        var body = new SampleBatchCodecWriter(256 + (int)Math.Min(batch.SampleCount * 12L, MaxBodyBytes));
        try
        {
            body.WriteBody(batch);
            Span<byte> header = stackalloc byte[FixedHeaderBytes + 10];
            header[0] = Magic;
            header[1] = Version;
            batch.Epoch.TryWriteBytes(header[3..], bigEndian: true, out _);
            BinaryPrimitives.WriteInt64LittleEndian(header[19..], batch.Stamp.ReceivedAt);
            BinaryPrimitives.WriteUInt32LittleEndian(header[27..], batch.Stamp.Instance);
            BinaryPrimitives.WriteInt64LittleEndian(header[31..], batch.Stamp.Sequence);
            var length = FixedHeaderBytes + SampleBatchCodecWriter.PutVarint(header[FixedHeaderBytes..], (uint)batch.Partition);

            var compressed = SampleBatchCodecCompression.TryCompress(body.Written);
            if (compressed.Array is null) return [.. header[..length], .. body.Written];
            header[2] = FlagCompressed;
            length += SampleBatchCodecWriter.PutVarint(header[length..], (uint)body.Written.Length);
            byte[] bytes = [.. header[..length], .. compressed.AsSpan()];
            SampleBatchCodecCompression.Return(compressed);
            return bytes;
        }
        finally
        {
            body.Dispose();
        }
    }

    /// <summary>Reads a batch.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a batch of a version that is known.</exception>
    public static SampleBatch Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < FixedHeaderBytes) throw new InvalidDataException($"A batch has at least {FixedHeaderBytes} bytes; these are {bytes.Length}.");
        if (bytes[0] != Magic) throw new InvalidDataException("These bytes are not a batch: the first is not 0xB5.");
        if (bytes[1] != Version) throw new InvalidDataException($"The batch has version {bytes[1]}; this reader knows version {Version}.");
        if ((bytes[2] & ~FlagCompressed) != 0) throw new InvalidDataException($"The batch has flags {bytes[2]:x2} that this reader does not know.");
        var epoch = new Guid(bytes.Slice(3, 16), bigEndian: true);
        var stamp = new BatchStamp(
            BinaryPrimitives.ReadInt64LittleEndian(bytes[19..]),
            BinaryPrimitives.ReadUInt32LittleEndian(bytes[27..]),
            BinaryPrimitives.ReadInt64LittleEndian(bytes[31..]));
        var header = new SampleBatchCodecReader(bytes[FixedHeaderBytes..]);
        var partition = header.ReadInt32("partition");
        if (bytes[2] == 0) return ReadBody(header.Remaining, epoch, stamp, partition);

        var length = header.ReadInt32("body length");
        var body = SampleBatchCodecCompression.Decompress(header.Remaining, length);
        try
        {
            return ReadBody(body.AsSpan(), epoch, stamp, partition);
        }
        finally
        {
            SampleBatchCodecCompression.Return(body);
        }
    }

    private static SampleBatch ReadBody(ReadOnlySpan<byte> body, Guid epoch, BatchStamp stamp, int partition)
    {
        if (body.Length > MaxBodyBytes) throw new InvalidDataException($"The body has {body.Length} bytes, more than {MaxBodyBytes}.");
        return new SampleBatchCodecReader(body).ReadBody(epoch, stamp, partition);
    }
}

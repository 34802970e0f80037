using System.Buffers.Binary;
using PerfPlatform.Contracts.Messages;

namespace PerfPlatform.ServiceDefaults;

/// <summary>
/// The bytes of <see cref="SamplesIngested"/> on the broker: the batches as they are, behind their lengths. docs/batch-format.md tells them.
/// JSON would carry each batch as base64 inside an envelope that is as large as a small batch.
/// </summary>
internal static class SampleMessageCodec
{
    private const byte Version = 1;
    private const int HeaderBytes = 1 + sizeof(int) + sizeof(int);

    /// <summary>Writes a message.</summary>
    public static byte[] Encode(SamplesIngested message)
    {
        var size = HeaderBytes;
        foreach (var batch in message.Batches) size = checked(size + sizeof(int) + batch.Length);
        var bytes = new byte[size];
        bytes[0] = Version;
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1), message.Partition);
        BinaryPrimitives.WriteInt32LittleEndian(bytes.AsSpan(1 + sizeof(int)), message.Batches.Count);
        var rest = bytes.AsSpan(HeaderBytes);
        foreach (var batch in message.Batches)
        {
            BinaryPrimitives.WriteInt32LittleEndian(rest, batch.Length);
            batch.CopyTo(rest[sizeof(int)..]);
            rest = rest[(sizeof(int) + batch.Length)..];
        }

        return bytes;
    }

    /// <summary>The partition and how many batches there are; nothing where the bytes are not a message. The batches themselves are not read.</summary>
    public static (int? Partition, int? Batches) Describe(ReadOnlySpan<byte> bytes)
    {
        try
        {
            var message = Decode(bytes);
            return (message.Partition, message.Batches.Count);
        }
        catch (InvalidDataException)
        {
            return (null, null);
        }
    }

    /// <summary>Reads a message.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a message of a version that is known.</exception>
    public static SamplesIngested Decode(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < HeaderBytes) throw new InvalidDataException($"A message of samples has at least {HeaderBytes} bytes; this one has {bytes.Length}.");
        if (bytes[0] != Version) throw new InvalidDataException($"The message of samples has version {bytes[0]}; this reader knows version {Version}.");
        var partition = BinaryPrimitives.ReadInt32LittleEndian(bytes[1..]);
        var count = BinaryPrimitives.ReadInt32LittleEndian(bytes[(1 + sizeof(int))..]);
        var rest = bytes[HeaderBytes..];
        if (partition < 0 || count < 0 || count > rest.Length / sizeof(int)) throw new InvalidDataException($"{count} batches of partition {partition} do not fit in {rest.Length} bytes.");
        var batches = new byte[count][];
        for (var i = 0; i < count; i++)
        {
            var length = rest.Length < sizeof(int) ? -1 : BinaryPrimitives.ReadInt32LittleEndian(rest);
            if (length < 0 || length > rest.Length - sizeof(int)) throw new InvalidDataException("The message of samples ends in the middle.");
            batches[i] = rest.Slice(sizeof(int), length).ToArray();
            rest = rest[(sizeof(int) + length)..];
        }

        if (!rest.IsEmpty) throw new InvalidDataException($"{rest.Length} bytes follow the last batch.");
        return new SamplesIngested { Partition = partition, Batches = batches };
    }
}

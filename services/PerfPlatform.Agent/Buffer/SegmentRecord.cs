using System.Buffers.Binary;
using System.IO.Compression;
using System.IO.Hashing;

namespace PerfPlatform.Agent.Buffer;

/// <summary>
/// The records of a segment file. A file starts with the eight bytes <c>PPAGENT1</c>; each record is, little-endian,
/// <code>uint32 bytes | uint32 points | uint32 CRC-32 of the two before and the payload | payload: one OTLP request, deflated</code>
/// A record that a crash left half written fails its length or its checksum, and the file ends before it.
/// </summary>
internal static class SegmentRecord
{
    public const int HeaderSize = 12;

    /// <summary>No tick comes near; a larger length is damage.</summary>
    public const int MaxPayload = 16 * 1024 * 1024;

    public static ReadOnlySpan<byte> Magic => "PPAGENT1"u8;

    /// <summary>The record of a request.</summary>
    public static byte[] Write(ReadOnlySpan<byte> request, int points)
    {
        using var packed = new MemoryStream(request.Length / 3 + 64);
        packed.Write(stackalloc byte[HeaderSize]);
        using (var deflate = new DeflateStream(packed, CompressionLevel.Fastest, leaveOpen: true))
            deflate.Write(request);
        var record = packed.ToArray();
        BinaryPrimitives.WriteInt32LittleEndian(record, record.Length - HeaderSize);
        BinaryPrimitives.WriteInt32LittleEndian(record.AsSpan(4), points);
        BinaryPrimitives.WriteUInt32LittleEndian(record.AsSpan(8), Checksum(record.AsSpan(0, 8), record.AsSpan(HeaderSize)));
        return record;
    }

    /// <summary>Length of the payload and number of points, or false for a header that cannot be one.</summary>
    public static bool TryHeader(ReadOnlySpan<byte> header, out int length, out int points)
    {
        (length, points) = (0, 0);
        if (header.Length < HeaderSize)
            return false;
        length = BinaryPrimitives.ReadInt32LittleEndian(header);
        points = BinaryPrimitives.ReadInt32LittleEndian(header[4..]);
        return length is > 0 and <= MaxPayload && points >= 0;
    }

    public static bool IsWhole(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload) =>
        BinaryPrimitives.ReadUInt32LittleEndian(header[8..]) == Checksum(header[..8], payload);

    /// <summary>The request of a payload.</summary>
    public static byte[] Read(byte[] payload, int length)
    {
        using var deflate = new DeflateStream(new MemoryStream(payload, 0, length), CompressionMode.Decompress);
        using var request = new MemoryStream(length * 4);
        deflate.CopyTo(request);
        return request.ToArray();
    }

    private static uint Checksum(ReadOnlySpan<byte> header, ReadOnlySpan<byte> payload)
    {
        var crc = new Crc32();
        crc.Append(header);
        crc.Append(payload);
        return crc.GetCurrentHashAsUInt32();
    }
}

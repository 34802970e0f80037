// Hot file: reads the repeated numbers of histograms and label references.
using PerfPlatform.Ingestion.Wire;

namespace PerfPlatform.Ingestion.RemoteWrite;

/// <summary>
/// Repeated numbers of protobuf, packed into one field or one a field: every reader must take both. Of those beyond the given most only the form is checked.
/// </summary>
internal static class WireNumbers
{
    public static long ZigZag(ulong value) => (long)(value >> 1) ^ -(long)(value & 1);

    public static bool TryAddZigZags(ref ProtoReader reader, WireType type, List<long> numbers, int most)
    {
        if (type == WireType.Varint)
        {
            if (!reader.TryReadVarint(out var single)) return false;
            if (numbers.Count < most) numbers.Add(ZigZag(single));
            return true;
        }

        if (type != WireType.Bytes || !reader.TryReadBytes(out var packed)) return false;
        var values = new ProtoReader(packed);
        while (values.Position < packed.Length)
        {
            if (!values.TryReadVarint(out var value)) return false;
            if (numbers.Count < most) numbers.Add(ZigZag(value));
        }

        return true;
    }

    public static bool TryAddDoubles(ref ProtoReader reader, WireType type, List<double> numbers, int most)
    {
        if (type == WireType.Fixed64)
        {
            if (!reader.TryReadFixed64(out var single)) return false;
            if (numbers.Count < most) numbers.Add(BitConverter.UInt64BitsToDouble(single));
            return true;
        }

        if (type != WireType.Bytes || !reader.TryReadBytes(out var packed)) return false;
        var values = new ProtoReader(packed);
        while (values.Position < packed.Length)
        {
            if (!values.TryReadFixed64(out var value)) return false;
            if (numbers.Count < most) numbers.Add(BitConverter.UInt64BitsToDouble(value));
        }

        return true;
    }

    public static bool TryAddReferences(ref ProtoReader reader, WireType type, List<uint> numbers, int most)
    {
        if (type == WireType.Varint)
        {
            if (!reader.TryReadVarint(out var single)) return false;
            if (numbers.Count < most) numbers.Add((uint)single);
            return true;
        }

        if (type != WireType.Bytes || !reader.TryReadBytes(out var packed)) return false;
        var values = new ProtoReader(packed);
        while (values.Position < packed.Length)
        {
            if (!values.TryReadVarint(out var value)) return false;
            if (numbers.Count < most) numbers.Add((uint)value);
        }

        return true;
    }
}

using System.Buffers.Binary;
using ZstdSharp;

namespace PerfPlatform.Tests.Analysis.Store.Segments;

/// <summary>Writes segments of version 1, which data folders still hold, as docs/store.md tells it.</summary>
internal static class Version1Writer
{
    /// <summary>With one of the forms 1 decimal (the values must be whole), 2 xor and 3 raw; form 0 takes the first value.</summary>
    public static byte[] Write(long[] times, double[] values, int form, bool compress)
    {
        var body = new List<byte>();
        ZigZag(body, times[0]);
        var constant = Enumerable.Range(2, Math.Max(0, times.Length - 2)).All(i => times[i] - times[i - 1] == times[1] - times[0]);
        if (times.Length > 1) ZigZag(body, times[1] - times[0]);
        for (var i = 2; i < times.Length && !constant; i++) ZigZag(body, times[i] - (2 * times[i - 1]) + times[i - 2]);
        Values(body, values, form);

        var segment = new List<byte> { 1, (byte)(form | (constant ? 0x10 : 0) | (compress ? 0x80 : 0)) };
        VarInt(segment, (ulong)times.Length);
        if (!compress) return [.. segment, .. body];
        VarInt(segment, (ulong)body.Count);
        using var zstd = new Compressor(3);
        return [.. segment, .. zstd.Wrap(body.ToArray())];
    }

    private static void Values(List<byte> body, double[] values, int form)
    {
        switch (form)
        {
            case 0:
                Raw(body, values[0]);
                break;
            case 1:
                body.Add(0);
                for (var i = 0; i < values.Length; i++) ZigZag(body, (long)values[i] - (i == 0 ? 0 : (long)values[i - 1]));
                break;
            case 2:
                Raw(body, values[0]);
                for (var i = 1; i < values.Length; i++) Xor(body, BitConverter.DoubleToUInt64Bits(values[i]) ^ BitConverter.DoubleToUInt64Bits(values[i - 1]));
                break;
            default:
                foreach (var value in values) Raw(body, value);
                break;
        }
    }

    private static void Xor(List<byte> body, ulong difference)
    {
        if (difference == 0)
        {
            body.Add(0);
            return;
        }

        var bytes = BitConverter.GetBytes(difference); // the lowest first
        var trailing = bytes.TakeWhile(b => b == 0).Count();
        var leading = bytes.Reverse().TakeWhile(b => b == 0).Count();
        body.Add((byte)((leading << 4) | (8 - leading - trailing)));
        body.AddRange(bytes[trailing..(8 - leading)]);
    }

    private static void Raw(List<byte> body, double value)
    {
        var bytes = new byte[8];
        BinaryPrimitives.WriteDoubleLittleEndian(bytes, value);
        body.AddRange(bytes);
    }

    private static void ZigZag(List<byte> body, long number) => VarInt(body, (ulong)((number << 1) ^ (number >> 63)));

    private static void VarInt(List<byte> body, ulong number)
    {
        for (; number >= 0x80; number >>= 7) body.Add((byte)(number | 0x80));
        body.Add((byte)number);
    }
}

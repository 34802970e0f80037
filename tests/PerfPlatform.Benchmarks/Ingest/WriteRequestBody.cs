using System.Text;

namespace PerfPlatform.Benchmarks.Ingest;

/// <summary>Remote write 1.0 as bytes: a time series with labels and one sample.</summary>
internal static class WriteRequestBody
{
    /// <summary>A series whose sample is to be filled in: its last 15 bytes are the value's 8 (little-endian), a tag, and the time as a varint of 6.</summary>
    public static byte[] Series(IEnumerable<(string Name, string Value)> labels)
    {
        var body = new List<byte>();
        foreach (var (name, value) in labels) Field(body, 0x0A, Label(name, value));
        Field(body, 0x12, [0x09, .. new byte[8], 0x10, .. new byte[6]]);
        var message = new List<byte>();
        Field(message, 0x0A, body);
        return [.. message];
    }

    /// <summary>Fills the sample in.</summary>
    public static void SetSample(byte[] series, long time, double value)
    {
        var end = series.AsSpan(series.Length - 15);
        System.Buffers.Binary.BinaryPrimitives.WriteDoubleLittleEndian(end, value);
        var rest = (ulong)time;
        for (var b = 0; b < 6; b++, rest >>= 7) end[9 + b] = (byte)(b < 5 ? rest | 0x80 : rest & 0x7F);
    }

    private static List<byte> Label(string name, string value)
    {
        var label = new List<byte>();
        Field(label, 0x0A, Encoding.UTF8.GetBytes(name));
        Field(label, 0x12, Encoding.UTF8.GetBytes(value));
        return label;
    }

    private static void Field(List<byte> target, byte tag, IReadOnlyCollection<byte> bytes)
    {
        target.Add(tag);
        for (var length = bytes.Count; ; length >>= 7)
        {
            target.Add((byte)(length < 0x80 ? length : length | 0x80));
            if (length < 0x80) break;
        }

        target.AddRange(bytes);
    }
}

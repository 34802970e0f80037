using System.Buffers.Binary;
using System.Numerics;
using ZstdSharp;

namespace PerfPlatform.Tests.Analysis.Store.Segments;

/// <summary>
/// Reads a segment of version 2 as docs/store.md tells it, sentence by sentence, slowly and without a line of the codec: numbers are taken bit by bit
/// out of one big integer, and nothing is done at once that the text does one after the other.
/// </summary>
internal sealed class ReferenceReader(byte[] data)
{
    private int _at;

    public (long[] Times, double[] Values) Read()
    {
        if (Byte() != 2) throw new InvalidDataException("not version 2");
        var count = (int)VarInt();
        var times = Integers(count);
        var values = Values(count);
        if (_at != data.Length) throw new InvalidDataException($"{data.Length - _at} bytes are left");
        return (times, values);
    }

    private double[] Values(int count)
    {
        var form = Byte();
        switch (form)
        {
            case 0:
                return [.. Enumerable.Repeat(Double(), count)];
            case 1:
                var power = Math.Pow(10, Byte());
                return [.. Integers(count).Select(i => i / power)];
            case 2:
                var nearPower = Math.Pow(10, Byte());
                var nearest = Integers(count);
                return [.. nearest.Zip(Integers(count), (i, steps) => Step(i / nearPower, steps))];
            case 3:
                return [.. Integers(count).Select(i => BitConverter.Int64BitsToDouble(i < 0 ? i ^ long.MaxValue : i))];
            case 4:
                var numerators = Integers(count);
                var denominators = Integers(count);
                var fractionSteps = Integers(count);
                return [.. Enumerable.Range(0, count).Select(i => Step((double)numerators[i] / denominators[i], fractionSteps[i]))];
            case 16:
                var words = Values((int)VarInt());
                return [.. Integers(count).Select(place => words[place])];
            case 17:
                var places = Integers((int)VarInt());
                var odd = places.Select(_ => Double()).ToArray();
                var patched = Values(count);
                for (var i = 0; i < places.Length; i++) patched[places[i]] = odd[i];
                return patched;
            case 18:
                var lengths = Integers((int)VarInt());
                var heads = Values(lengths.Length);
                return [.. heads.SelectMany((head, i) => Enumerable.Repeat(head, (int)lengths[i]))];
            default:
                throw new InvalidDataException($"form {form}");
        }
    }

    private long[] Integers(int count)
    {
        var head = Byte();
        var (order, hasDivisor, layout) = (head & 3, (head & 4) != 0, head >> 3);
        var first = ZigZag();
        if (count == 1) return [first];
        var divisor = hasDivisor ? (long)VarInt() : 1;
        var extra = order >= 2 ? ZigZag() : 0;
        var rest = Rest(layout, order == 2 ? count - 2 : count - 1);

        unchecked
        {
            // What is left after the first number and the divisor are taken away: starts with 0.
            var scaled = new List<long> { 0 };
            switch (order)
            {
                case 0:
                    scaled.AddRange(rest);
                    break;
                case 1:
                    foreach (var step in rest) scaled.Add(scaled[^1] + step);
                    break;
                case 2:
                    var last = extra;
                    scaled.Add(last);
                    foreach (var turn in rest) scaled.Add(scaled[^1] + (last += turn));
                    break;
                default:
                    for (var i = 0; i < rest.Length; i++) scaled.Add(((i + 1) * extra) + rest[i]);
                    break;
            }

            return [.. scaled.Select(s => first + (s * divisor))];
        }
    }

    private long[] Rest(int layout, int count)
    {
        switch (layout)
        {
            case 0:
                return [.. Enumerable.Repeat(ZigZag(), count)];
            case 1:
                var numbers = new List<long>();
                while (numbers.Count < count) numbers.AddRange(Block(Math.Min(128, count - numbers.Count)));
                return [.. numbers];
            case 2:
                var head = Byte();
                var zigZag = (head & 0x10) != 0;
                var least = zigZag ? 0 : ZigZag();
                var planes = Enumerable.Range(0, head & 0xF).Select(_ => Plane(count)).ToArray();
                return [.. Enumerable.Range(0, count).Select(i =>
                {
                    ulong number = 0;
                    for (var p = planes.Length - 1; p >= 0; p--) number = (number << 8) | planes[p][i];
                    return zigZag ? UnZigZag(number) : unchecked((long)number + least);
                })];
            default:
                throw new InvalidDataException($"layout {layout}");
        }
    }

    private IEnumerable<long> Block(int count)
    {
        var width = Byte();
        var least = ZigZag();
        var bytes = Bytes(((count * width) + 7) / 8);
        var bits = new BigInteger(bytes, isUnsigned: true);
        return Enumerable.Range(0, count).Select(i => unchecked((long)(ulong)((bits >> (i * width)) & ((BigInteger.One << width) - 1)) + least)).ToList();
    }

    private byte[] Plane(int count)
    {
        var length = (int)VarInt();
        if (length == 0) return Bytes(count);
        using var zstd = new Decompressor();
        return zstd.Unwrap(Bytes(length)).ToArray();
    }

    private static double Step(double value, long steps) => BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(value) + steps);

    private double Double() => BinaryPrimitives.ReadDoubleLittleEndian(Bytes(8));

    private long ZigZag() => UnZigZag(VarInt());

    private static long UnZigZag(ulong number) => number % 2 == 0 ? (long)(number / 2) : -(long)(number / 2) - 1;

    private ulong VarInt()
    {
        ulong number = 0;
        for (var shift = 0; ; shift += 7)
        {
            var b = Byte();
            number |= (ulong)(b & 0x7F) << shift;
            if (b < 0x80) return number;
        }
    }

    private byte Byte() => data[_at++];

    private byte[] Bytes(int count) => data[_at..(_at += count)];
}

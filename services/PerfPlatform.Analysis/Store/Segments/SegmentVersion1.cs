using System.Buffers.Binary;

namespace PerfPlatform.Analysis.Store.Segments;

/// <summary>Reads the bodies of segments of version 1, which is no longer written. docs/store.md has the format.</summary>
internal sealed class SegmentVersion1(GeneralCompressor compressor)
{
    public const byte Version = 1;

    private const int ConstantStep = 0x10;
    private const int Compressed = 0x80;
    private byte[] _body = [];

    /// <summary>Reads what follows the version.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public void Read(ReadOnlySpan<byte> source, Span<long> times, Span<double> values)
    {
        int flags = source[1];
        var at = 2;
        VarInt.Read(source, ref at);
        if ((flags & Compressed) != 0)
        {
            source = Unpack(source, at, times.Length);
            at = 0;
        }

        ReadTimes(source, ref at, times, (flags & ConstantStep) != 0);
        switch (flags & 0xF)
        {
            case 0:
                Need(source, at, 8);
                values.Fill(BinaryPrimitives.ReadDoubleLittleEndian(source[at..]));
                break;
            case 1:
                ReadDecimals(source, ref at, values);
                break;
            case 2:
                ReadXor(source, ref at, values);
                break;
            case 3:
                Need(source, at, 8L * values.Length);
                for (var i = 0; i < values.Length; i++) values[i] = BinaryPrimitives.ReadDoubleLittleEndian(source[(at + (8 * i))..]);
                break;
            default:
                throw new InvalidDataException("The segment has a form of values that is not known.");
        }
    }

    private ReadOnlySpan<byte> Unpack(ReadOnlySpan<byte> source, int at, int count)
    {
        var length = VarInt.Read(source, ref at);
        if (length > 32 + ((ulong)count * 2 * VarInt.MaxBytes)) throw new InvalidDataException("The segment has an impossible length.");
        if (_body.Length < (int)length) _body = new byte[(int)length];
        compressor.Decompress(source[at..], _body.AsSpan(0, (int)length));
        return _body.AsSpan(0, (int)length);
    }

    private static void ReadTimes(ReadOnlySpan<byte> source, ref int at, Span<long> times, bool constantStep)
    {
        var time = VarInt.ReadZigZag(source, ref at);
        times[0] = time;
        if (times.Length == 1) return;
        var step = VarInt.ReadZigZag(source, ref at);
        times[1] = time += step;
        for (var i = 2; i < times.Length; i++)
        {
            if (!constantStep) step += VarInt.ReadZigZag(source, ref at);
            times[i] = time += step;
        }
    }

    private static void ReadDecimals(ReadOnlySpan<byte> source, ref int at, Span<double> values)
    {
        var power = Powers.Read(source, ref at);
        var integer = 0L;
        for (var i = 0; i < values.Length; i++)
        {
            integer += VarInt.ReadZigZag(source, ref at);
            values[i] = integer / power;
        }
    }

    private static void ReadXor(ReadOnlySpan<byte> source, ref int at, Span<double> values)
    {
        Need(source, at, 8);
        var bits = BinaryPrimitives.ReadUInt64LittleEndian(source[at..]);
        at += 8;
        values[0] = BitConverter.UInt64BitsToDouble(bits);
        for (var i = 1; i < values.Length; i++)
        {
            Need(source, at, 1);
            var control = source[at++];
            if (control != 0)
            {
                var length = control & 0xF;
                var trailing = 8 - (control >> 4) - length;
                if (trailing < 0 || length == 0) throw new InvalidDataException("A value of the segment has an impossible length.");
                Need(source, at, length);
                ulong difference = 0;
                for (var b = length - 1; b >= 0; b--) difference = (difference << 8) | source[at + b];
                at += length;
                bits ^= difference << (trailing << 3);
            }

            values[i] = BitConverter.UInt64BitsToDouble(bits);
        }
    }

    private static void Need(ReadOnlySpan<byte> source, int at, long count)
    {
        if (source.Length - at < count) throw new InvalidDataException("The values of the segment are cut off.");
    }
}

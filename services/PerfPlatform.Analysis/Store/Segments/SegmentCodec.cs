using System.Buffers;
using System.Buffers.Binary;
using System.Runtime.InteropServices;
using ZstdSharp;

namespace PerfPlatform.Analysis.Store.Segments;

// Hot: the whole of what is stored passes here. No LINQ, closures or allocation per sample. docs/store.md has the format byte by byte.

/// <summary>
/// The samples of one series and window as bytes, version 1. Lossless for every double, NaN payloads, -0.0 and infinities included.
/// An instance owns a compressor and scratch buffers and is used by one thread at a time.
/// </summary>
public sealed class SegmentCodec : IDisposable
{
    /// <summary>The most samples of one segment: keeps one damaged length from asking for all memory.</summary>
    public const int MaxSamples = 1 << 22;

    private const byte Version = 1;
    private const int CompressFrom = 128; // below this zstd's own header eats what it saves
    private const int ConstantStep = 0x10;
    private const int Compressed = 0x80;

    private readonly Compressor _compressor = new(3);
    private readonly Decompressor _decompressor = new();
    private long[] _integers = new long[64];
    private byte[] _body = new byte[1024];
    private byte[] _alternative = new byte[1024];
    private byte[] _packed = new byte[1024];

    private enum Form : byte
    {
        Constant = 0,
        Decimal = 1,
        Xor = 2,
        Raw = 3,
    }

    /// <summary>Writes samples in the order they come.</summary>
    /// <param name="times">Unix milliseconds, at least one.</param>
    /// <param name="values">As many values.</param>
    /// <param name="destination">Where the bytes go.</param>
    public void Encode(ReadOnlySpan<long> times, ReadOnlySpan<double> values, IBufferWriter<byte> destination)
    {
        if (times.Length == 0 || times.Length != values.Length || times.Length > MaxSamples)
            throw new ArgumentException("A segment has one to four million samples and as many times as values.", nameof(times));
        Reserve(times.Length);
        var constantStep = TimeColumn.HasConstantStep(times);
        var length = TimeColumn.Write(_body, 0, times, constantStep);
        var form = WriteValues(values, ref length);
        var body = _body.AsSpan(0, length);
        var flags = (byte)form | (constantStep ? ConstantStep : 0);

        var header = destination.GetSpan(length + 2 + (2 * VarInt.MaxBytes));
        var packed = length >= CompressFrom ? Pack(body) : 0;
        header[0] = Version;
        header[1] = (byte)(packed > 0 ? flags | Compressed : flags);
        var at = VarInt.Write(header, 2, (ulong)times.Length);
        if (packed > 0)
        {
            at = VarInt.Write(header, at, (ulong)length);
            body = _packed.AsSpan(0, packed);
        }

        body.CopyTo(header[at..]);
        destination.Advance(at + body.Length);
    }

    /// <summary>How many samples the bytes hold.</summary>
    /// <exception cref="InvalidDataException">The bytes are not a segment of a version that is known.</exception>
    public static int Count(ReadOnlySpan<byte> source)
    {
        if (source.Length < 3 || source[0] != Version) throw new InvalidDataException("The segment has a version that this program does not know.");
        var at = 2;
        var count = VarInt.Read(source, ref at);
        return count is > 0 and <= MaxSamples ? (int)count : throw new InvalidDataException("The segment has an impossible number of samples.");
    }

    /// <summary>Reads samples in the order in which they were written.</summary>
    /// <param name="source">The bytes.</param>
    /// <param name="times">Exactly <see cref="Count"/> long.</param>
    /// <param name="values">Exactly <see cref="Count"/> long.</param>
    /// <exception cref="InvalidDataException">The bytes are damaged or of a version that is not known.</exception>
    public void Decode(ReadOnlySpan<byte> source, Span<long> times, Span<double> values)
    {
        var count = Count(source);
        if (times.Length != count || values.Length != count) throw new ArgumentException("The columns must be as long as the segment.", nameof(times));
        int flags = source[1];
        var at = 2;
        VarInt.Read(source, ref at);
        if ((flags & Compressed) != 0)
        {
            source = Unpack(source, at, count);
            at = 0;
        }

        TimeColumn.Read(source, ref at, times, (flags & ConstantStep) != 0);
        switch ((Form)(flags & 0xF))
        {
            case Form.Constant:
                if (source.Length - at < 8) throw new InvalidDataException("The value of the segment is cut off.");
                values.Fill(BinaryPrimitives.ReadDoubleLittleEndian(source[at..]));
                break;
            case Form.Decimal:
                DecimalColumn.Read(source, ref at, values);
                break;
            case Form.Xor:
                XorColumn.Read(source, ref at, values);
                break;
            case Form.Raw:
                if (source.Length - at < 8 * count) throw new InvalidDataException("The values of the segment are cut off.");
                for (var i = 0; i < count; i++) values[i] = BinaryPrimitives.ReadDoubleLittleEndian(source[(at + (8 * i))..]);
                break;
            default:
                throw new InvalidDataException("The segment has a form of values that is not known.");
        }
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _compressor.Dispose();
        _decompressor.Dispose();
    }

    private Form WriteValues(ReadOnlySpan<double> values, ref int length)
    {
        if (IsConstant(values))
        {
            BinaryPrimitives.WriteDoubleLittleEndian(_body.AsSpan(length), values[0]);
            length += 8;
            return Form.Constant;
        }

        var start = length;
        var form = Form.Raw;
        var best = 8 * values.Length;
        var power = DecimalColumn.TryScale(values, _integers);
        if (power >= 0)
        {
            var size = DecimalColumn.Write(_body, start, power, _integers.AsSpan(0, values.Length)) - start;
            if (size <= best) (form, best) = (Form.Decimal, size);
        }

        // Two bytes a value are hardly ever beaten: spare the attempt.
        if (form == Form.Raw || best > 2 * values.Length)
        {
            var size = XorColumn.Write(_alternative, 0, values);
            if (size < best)
            {
                (form, best) = (Form.Xor, size);
                _alternative.AsSpan(0, size).CopyTo(_body.AsSpan(start));
            }
        }

        if (form == Form.Raw)
        {
            for (var i = 0; i < values.Length; i++) BinaryPrimitives.WriteDoubleLittleEndian(_body.AsSpan(start + (8 * i)), values[i]);
        }

        length = start + best;
        return form;
    }

    private static bool IsConstant(ReadOnlySpan<double> values)
    {
        var bits = MemoryMarshal.Cast<double, long>(values);
        return bits[1..].IndexOfAnyExcept(bits[0]) < 0;
    }

    /// <summary>The compressed length, or 0 where compression saves less than a tenth.</summary>
    private int Pack(ReadOnlySpan<byte> body)
    {
        var bound = Compressor.GetCompressBound(body.Length);
        if (_packed.Length < bound) _packed = new byte[bound];
        var size = _compressor.Wrap(body, _packed);
        return size + VarInt.MaxBytes < body.Length - (body.Length / 10) ? size : 0;
    }

    private ReadOnlySpan<byte> Unpack(ReadOnlySpan<byte> source, int at, int count)
    {
        var length = VarInt.Read(source, ref at);
        if (length > (ulong)BodyBound(count)) throw new InvalidDataException("The segment has an impossible length.");
        if (_body.Length < (int)length) _body = new byte[(int)length];
        try
        {
            if (_decompressor.Unwrap(source[at..], _body.AsSpan(0, (int)length)) != (int)length) throw new InvalidDataException("The segment is cut off.");
        }
        catch (ZstdException e)
        {
            throw new InvalidDataException("The segment is damaged.", e);
        }

        return _body.AsSpan(0, (int)length);
    }

    private static int BodyBound(int count) => TimeColumn.MaxBytes(count) + 1 + (count * VarInt.MaxBytes) + 16;

    private void Reserve(int count)
    {
        if (_body.Length < BodyBound(count)) _body = new byte[BodyBound(count)];
        if (_integers.Length < count) _integers = new long[count];
        if (_alternative.Length < XorColumn.MaxBytes(count)) _alternative = new byte[XorColumn.MaxBytes(count)];
    }
}

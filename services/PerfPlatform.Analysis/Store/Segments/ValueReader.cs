using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace PerfPlatform.Analysis.Store.Segments;

// Hot: every sample of a query passes here. docs/store.md has the format byte by byte.

/// <summary>Reads what <see cref="ValueWriter"/> wrote.</summary>
internal sealed class ValueReader(GeneralCompressor compressor)
{
    private readonly IntegerReader _columns = new(compressor);
    private long[] _integers = [];
    private long[] _lengths = [];
    private long[] _places = [];
    private double[] _heads = [];
    private double[] _words = [];
    private double[] _whole = [];

    /// <exception cref="InvalidDataException">The bytes are no such column.</exception>
    public void Read(ReadOnlySpan<byte> source, ref int at, Span<double> values) => Read(source, ref at, values, (ValueForm)byte.MaxValue);

    /// <summary>
    /// Reads the values from <paramref name="from"/> on, as many as <paramref name="values"/> is long, of a column of <paramref name="count"/>:
    /// the forms that are frequent read little more than these.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are no such column.</exception>
    public void ReadPart(ReadOnlySpan<byte> source, ref int at, int count, int from, Span<double> values)
    {
        if (values.Length == 0) return;
        var integers = MemoryMarshal.Cast<double, long>(values);
        switch (at < source.Length ? (ValueForm)source[at] : ValueForm.Runs)
        {
            case ValueForm.Decimal when values.Length < count:
                at++;
                var power = Powers.Read(source, ref at);
                _columns.ReadPart(source, ref at, count, from, integers);
                DecimalScale.ToDoubles(integers, power);
                break;
            case ValueForm.Bits when values.Length < count:
                at++;
                _columns.ReadPart(source, ref at, count, from, integers);
                OrderedBits.Turn(integers, integers);
                break;
            default:
                var whole = values.Length == count ? values : Scratch(ref _whole, count);
                Read(source, ref at, whole);
                if (values.Length < count) whole.Slice(from, values.Length).CopyTo(values);
                break;
        }
    }

    /// <summary>A column inside of the form <paramref name="outer"/>: it must be a simpler one, so nothing nests deeply or uses the same scratch twice.</summary>
    private void Read(ReadOnlySpan<byte> source, ref int at, Span<double> values, ValueForm outer)
    {
        if (at >= source.Length || source[at] >= (byte)outer) throw new InvalidDataException("The values of the segment are cut off, or their form is not known there.");
        var integers = MemoryMarshal.Cast<double, long>(values); // columns are read to where the doubles go
        switch ((ValueForm)source[at++])
        {
            case ValueForm.Constant:
                values.Fill(ReadBits(source, ref at));
                break;
            case ValueForm.Decimal:
                var power = Powers.Read(source, ref at);
                _columns.Read(source, ref at, integers);
                DecimalScale.ToDoubles(integers, power);
                break;
            case ValueForm.NearDecimal:
                ReadNear(source, ref at, integers);
                break;
            case ValueForm.Bits:
                _columns.Read(source, ref at, integers);
                OrderedBits.Turn(integers, integers);
                break;
            case ValueForm.Fraction:
                ReadFractions(source, ref at, integers);
                break;
            case ValueForm.Runs:
                ReadRuns(source, ref at, values);
                break;
            case ValueForm.Dictionary:
                ReadDictionary(source, ref at, values);
                break;
            case ValueForm.Patched:
                ReadPatched(source, ref at, values);
                break;
            default:
                throw new InvalidDataException("The segment has a form of values that is not known.");
        }
    }

    private void ReadNear(ReadOnlySpan<byte> source, ref int at, Span<long> integers)
    {
        var power = Powers.Read(source, ref at);
        _columns.Read(source, ref at, integers);
        DecimalScale.ToDoubles(integers, power); // from here on the bits of the doubles
        var steps = Scratch(ref _integers, integers.Length);
        _columns.Read(source, ref at, steps);
        for (var i = 0; i < integers.Length; i++) integers[i] += steps[i];
    }

    private void ReadFractions(ReadOnlySpan<byte> source, ref int at, Span<long> integers)
    {
        _columns.Read(source, ref at, integers);
        DecimalScale.ToDoubles(integers, 1);
        var scratch = Scratch(ref _integers, integers.Length);
        _columns.Read(source, ref at, scratch);
        DecimalScale.ToDoubles(scratch, 1);
        var values = MemoryMarshal.Cast<long, double>(integers);
        var denominators = MemoryMarshal.Cast<long, double>(scratch);
        for (var i = 0; i < values.Length; i++) values[i] /= denominators[i];
        _columns.Read(source, ref at, scratch);
        for (var i = 0; i < integers.Length; i++) integers[i] += scratch[i];
    }

    private void ReadRuns(ReadOnlySpan<byte> source, ref int at, Span<double> values)
    {
        var runs = ReadCount(source, ref at, values.Length);
        var lengths = Scratch(ref _lengths, runs);
        _columns.Read(source, ref at, lengths);
        var heads = Scratch(ref _heads, runs);
        Read(source, ref at, heads, ValueForm.Runs);
        for (var i = 0; i < heads.Length; i++)
        {
            if ((ulong)lengths[i] > (ulong)values.Length) throw new InvalidDataException("A run of the segment is longer than the segment.");
            values[..(int)lengths[i]].Fill(heads[i]);
            values = values[(int)lengths[i]..];
        }

        if (values.Length > 0) throw new InvalidDataException("The runs of the segment are shorter than the segment.");
    }

    private void ReadDictionary(ReadOnlySpan<byte> source, ref int at, Span<double> values)
    {
        var words = Scratch(ref _words, ReadCount(source, ref at, values.Length));
        Read(source, ref at, words, ValueForm.Dictionary);
        var places = MemoryMarshal.Cast<double, long>(values);
        _columns.Read(source, ref at, places);
        for (var i = 0; i < places.Length; i++)
        {
            if ((ulong)places[i] >= (ulong)words.Length) throw new InvalidDataException("The segment names a value that its dictionary does not have.");
            values[i] = words[(int)places[i]];
        }
    }

    private void ReadPatched(ReadOnlySpan<byte> source, ref int at, Span<double> values)
    {
        var places = Scratch(ref _places, ReadCount(source, ref at, values.Length));
        _columns.Read(source, ref at, places);
        var bits = at;
        if (source.Length - at < 8 * places.Length) throw new InvalidDataException("The values of the segment are cut off.");
        at += 8 * places.Length;
        Read(source, ref at, values, ValueForm.Patched);
        foreach (var place in places)
        {
            if ((ulong)place >= (ulong)values.Length) throw new InvalidDataException("The segment has a value outside of itself.");
            values[(int)place] = BinaryPrimitives.ReadDoubleLittleEndian(source[bits..]);
            bits += 8;
        }
    }

    private static double ReadBits(ReadOnlySpan<byte> source, ref int at)
    {
        if (source.Length - at < 8) throw new InvalidDataException("The value of the segment is cut off.");
        at += 8;
        return BinaryPrimitives.ReadDoubleLittleEndian(source[(at - 8)..]);
    }

    private static int ReadCount(ReadOnlySpan<byte> source, ref int at, int most)
    {
        var count = VarInt.Read(source, ref at);
        return count >= 1 && count <= (ulong)most ? (int)count : throw new InvalidDataException("The segment has an impossible number of values.");
    }

    private static Span<T> Scratch<T>(ref T[] array, int count)
    {
        if (array.Length < count) array = new T[count];
        return array.AsSpan(0, count);
    }
}

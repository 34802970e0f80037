using System.Buffers.Binary;
using System.Numerics;

namespace PerfPlatform.Analysis.Store.Rollups;

// Hot: every row that is written or read passes here. docs/store.md has the format byte by byte; the SQL function metrics.rollup_slots reads it too.

/// <summary>
/// A row of a roll-up as bytes. Decimals become small integers, each told by how it differs from what the others say, in fields of so many bits as the
/// row needs, and not at all in slots in which the value stayed as it was; for other doubles see <see cref="RollupFloats"/>. Every double comes back bit for bit.
/// Used by one thread at a time.
/// </summary>
internal sealed class RollupCodec
{
    /// <summary>The most bytes of a row.</summary>
    public const int MaxBytes = HeaderBytes + (((60 + 1) * Fields * 64) / 8) + 16;

    private const byte Decimals = 1;
    private const byte NoIncrease = 0x80;
    private const byte Map = 0x40;
    private const int HeaderBytes = 20;
    private const int Fields = 7;
    private const double Limit = 1L << 53;
    private const double ValueLimit = 1L << 51;

    private readonly long[][] _fields = [.. Enumerable.Range(0, Fields).Select(_ => new long[60])];

    // What each field says, in their order.
    private enum Field
    {
        Count,
        Gap,
        Move,
        Below,
        Above,
        Sum,
        Lost,
    }

    /// <summary>Writes a row and returns its length. The destination has <see cref="MaxBytes"/>.</summary>
    public int Encode(RollupColumns row, Span<byte> destination)
    {
        var (first, last) = (row.FirstSlot, row.LastSlot);
        var slots = first < 0 ? 0 : last - first + 1;
        if (slots == 0) first = 0;
        var hasIncrease = HasIncrease(row);
        destination[1] = (byte)first;
        destination[2] = (byte)slots;
        destination[3] = hasIncrease ? (byte)0 : NoIncrease;
        var scale = Scale(row, first, slots, hasIncrease);
        if (scale == RollupScale.None) return RollupFloats.Encode(row, first, slots, hasIncrease, destination);
        destination[0] = Decimals;
        destination[3] |= (byte)scale;
        BinaryPrimitives.WriteInt64BigEndian(destination[12..], Difference(row, first, slots, hasIncrease, RollupScale.Power(scale)));

        // A slot in which nothing happened costs one bit of the map, where that is less than what its fields would.
        var told = Told(row, first, slots);
        Span<long> bases = stackalloc long[Fields];
        var width = Fit(destination, bases, row, first, slots, told);
        if ((slots - BitOperations.PopCount(told)) * width > slots) destination[3] |= Map;
        else Fit(destination, bases, row, first, slots, told = All(slots));

        var baseWidth = 0;
        foreach (var start in bases) baseWidth = Math.Max(baseWidth, Width(start));
        destination[11] = (byte)baseWidth;
        var writer = new BitWriter(destination[HeaderBytes..]);
        foreach (var start in bases) writer.Write(start, baseWidth);
        for (var i = 0; i < slots; i++) writer.Write(_fields[0][i] - bases[0], destination[4]);
        for (var i = 0; i < slots && (destination[3] & Map) != 0; i++) writer.Write((long)(told >> i), 1);
        for (var i = 0; i < slots; i++)
        {
            for (var f = 1; f < Fields && (told >> i & 1) != 0; f++) writer.Write(_fields[f][i] - bases[f], destination[4 + f]);
        }

        writer.Finish();
        return HeaderBytes + writer.Length;
    }

    /// <summary>Reads a row into <paramref name="row"/>, whose tier is set by the caller.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged or of a form that is not known.</exception>
    public static void Decode(ReadOnlySpan<byte> source, RollupTier tier, RollupColumns row)
    {
        row.Reset(tier);
        if (source.Length < RollupFloats.LeastBytes) throw new InvalidDataException("The roll-up is cut off.");
        var (first, slots) = (source[1], source[2]);
        if (first + slots > row.Slots) throw new InvalidDataException("The roll-up has an impossible number of slots.");
        var hasIncrease = (source[3] & NoIncrease) == 0;
        if (source[0] is RollupFloats.Plain or RollupFloats.Words) RollupFloats.Decode(source, row, first, slots, hasIncrease);
        else if (source[0] == Decimals && source.Length >= HeaderBytes && (source[3] & 0x30) == 0) DecodeDecimals(source, row, first, slots, hasIncrease);
        else throw new InvalidDataException("The roll-up has a form that this program does not know.");
    }

    private static bool HasIncrease(RollupColumns row)
    {
        for (var i = 0; i < row.Slots; i++)
        {
            if (row.Count[i] > 0 && double.IsNaN(row.Increase[i])) return false;
        }

        return true;
    }

    /// <summary>The least scale at which everything is an integer and everything that follows from them is exact.</summary>
    private static int Scale(RollupColumns row, int first, int slots, bool hasIncrease)
    {
        Span<double> values = stackalloc double[slots * 6];
        var length = 0;
        for (var i = first; i < first + slots; i++)
        {
            if (row.Count[i] == 0) continue;
            values[length++] = row.First[i];
            values[length++] = row.Last[i];
            values[length++] = row.Min[i];
            values[length++] = row.Max[i];
        }

        var scale = RollupScale.Find(values[..length], ValueLimit);
        if (scale == RollupScale.None) return scale;
        length = 0;
        for (var i = first; i < first + slots; i++)
        {
            if (row.Count[i] == 0) continue;
            values[length++] = row.Sum[i];
            if (hasIncrease) values[length++] = row.Increase[i];
        }

        var larger = RollupScale.Find(values[..length], Limit, scale);
        if (larger == RollupScale.None) return larger;
        var power = RollupScale.Power(larger);
        for (var i = first; i < first + slots; i++)
        {
            if (row.Count[i] == 0) continue;
            if (!RollupScale.Fits(row.First[i], power, ValueLimit) || !RollupScale.Fits(row.Last[i], power, ValueLimit)
                || !RollupScale.Fits(row.Min[i], power, ValueLimit) || !RollupScale.Fits(row.Max[i], power, ValueLimit)) return RollupScale.None;
            if (row.Count[i] * (Math.Abs(RollupScale.Integer(row.First[i], power)) + Math.Abs(RollupScale.Integer(row.Last[i], power))) > Limit) return RollupScale.None;
        }

        return larger;
    }

    /// <summary>Fills the fields and returns the value at which the chain of them starts.</summary>
    private long Difference(RollupColumns row, int from, int slots, bool hasIncrease, double power)
    {
        long previous = 0, anchor = 0;
        var isFirst = true;
        for (var i = 0; i < slots; i++)
        {
            var at = from + i;
            if (row.Count[at] == 0)
            {
                for (var f = 0; f < Fields; f++) _fields[f][i] = 0;
                continue;
            }

            var (first, last) = (Integer(row.First[at], power), Integer(row.Last[at], power));
            var (min, max) = (Integer(row.Min[at], power), Integer(row.Max[at], power));

            // The chain starts where the first increase does: so that follows from the values, as the others do.
            if (isFirst) anchor = previous = hasIncrease ? last - Integer(row.Increase[at], power) : first;
            isFirst = false;
            Set(Field.Count, row.Count[at]);
            Set(Field.Gap, first - previous);
            Set(Field.Move, last - first);
            Set(Field.Below, Math.Min(first, last) - min);
            Set(Field.Above, max - Math.Max(first, last));
            Set(Field.Sum, Integer(row.Sum[at], power) - Middle(row.Count[at], first, last));
            Set(Field.Lost, hasIncrease ? Integer(row.Increase[at], power) - (last - previous) : 0);
            previous = last;

            void Set(Field field, long value) => _fields[(int)field][i] = value;
        }

        return anchor;
    }

    private static void DecodeDecimals(ReadOnlySpan<byte> source, RollupColumns row, int from, int slots, bool hasIncrease)
    {
        var power = RollupScale.Power(source[3] & 0xF);
        var widths = source.Slice(4, Fields);
        int baseWidth = source[11];
        var bits = baseWidth;
        foreach (var width in widths) bits = Math.Max(bits, width);
        if (bits > 64) throw new InvalidDataException("The roll-up has fields of an impossible width.");
        var previous = BinaryPrimitives.ReadInt64BigEndian(source[12..]);
        var reader = new BitReader(source[HeaderBytes..]);
        Span<long> bases = stackalloc long[Fields];
        foreach (ref var start in bases) start = reader.Read(baseWidth);
        for (var at = from; at < from + slots; at++) row.Count[at] = (int)(bases[0] + reader.Read(widths[0]));
        var told = All(slots);
        for (var i = 0; i < slots && (source[3] & Map) != 0; i++) told &= ~((ulong)(1 + reader.Read(1)) << i);
        Span<long> fields = stackalloc long[Fields];
        for (var at = from; at < from + slots; at++)
        {
            var isTold = (told >> (at - from) & 1) != 0;
            for (var f = 1; f < Fields; f++) fields[f] = isTold ? bases[f] + reader.Read(widths[f]) : 0;
            long count = row.Count[at];
            if (count == 0) continue;
            var first = previous + fields[(int)Field.Gap];
            var last = first + fields[(int)Field.Move];
            row.First[at] = first / power;
            row.Last[at] = last / power;
            row.Min[at] = (Math.Min(first, last) - fields[(int)Field.Below]) / power;
            row.Max[at] = (Math.Max(first, last) + fields[(int)Field.Above]) / power;
            row.Sum[at] = (Middle(count, first, last) + fields[(int)Field.Sum]) / power;
            if (hasIncrease) row.Increase[at] = (last - previous + fields[(int)Field.Lost]) / power;
            previous = last;
        }
    }

    /// <summary>The slots in which a value moved, a bit for each.</summary>
    private ulong Told(RollupColumns row, int first, int slots)
    {
        ulong told = 0;
        for (var i = 0; i < slots; i++)
        {
            long any = 0;
            for (var f = 1; f < Fields; f++) any |= _fields[f][i];
            if (any != 0 && row.Count[first + i] > 0) told |= 1UL << i;
        }

        return told;
    }

    private static ulong All(int slots) => slots == 0 ? 0 : ulong.MaxValue >> (64 - slots);

    /// <summary>Writes the widths of the fields, finds what is taken off each so that every told value fits as a signed number, and returns the bits of a told slot.</summary>
    private int Fit(Span<byte> destination, Span<long> bases, RollupColumns row, int first, int slots, ulong told)
    {
        var bits = 0;
        for (var f = 0; f < Fields; f++)
        {
            var (min, max) = (long.MaxValue, long.MinValue);
            for (var i = 0; i < slots; i++)
            {
                // The count is told of every slot; in one without samples the others may be anything.
                if (f > 0 && ((told >> i & 1) == 0 || row.Count[first + i] == 0)) continue;
                min = Math.Min(min, _fields[f][i]);
                max = Math.Max(max, _fields[f][i]);
            }

            var width = min >= max ? 0 : 64 - BitOperations.LeadingZeroCount((ulong)(max - min));
            bases[f] = min > max ? 0 : width == 0 ? min : min + (1L << (width - 1));
            destination[4 + f] = (byte)width;
            if (f > 0) bits += width;
        }

        return bits;
    }

    /// <summary>How many bits a signed number needs; 0 needs none.</summary>
    public static int Width(long value) => value == 0 ? 0 : 65 - BitOperations.LeadingZeroCount((ulong)(value ^ (value >> 63)));

    private static long Middle(long count, long first, long last) => (count * (first + last)) >> 1;

    private static long Integer(double value, double power) => (long)RollupScale.Integer(value, power);
}

using System.Buffers.Binary;
using System.Numerics;

namespace PerfPlatform.Analysis.Store.Rollups;

// Hot: rows whose values are no decimals pass here. docs/store.md has the format byte by byte; the SQL function metrics.rollup_slots reads it too.

/// <summary>
/// A row of doubles without a pattern as bytes. In an hour of shares of a second's ticks most of them occur several times, as first value, as least one of
/// another minute: each is told once, as a word, and then by its number. Where that is not shorter each is kept as it is.
/// </summary>
internal static class RollupFloats
{
    /// <summary>The form in which each double is kept as it is.</summary>
    public const byte Plain = 2;

    /// <summary>The form in which doubles are numbers of words.</summary>
    public const byte Words = 3;

    /// <summary>The least bytes of a row of either form.</summary>
    public const int LeastBytes = 5;

    private const int WordsHeaderBytes = 17;
    private const int MostFields = 6;
    private const int MostWords = 60 * MostFields;

    /// <summary>Writes a row, whose bytes 1 to 3 are written already, and returns its length.</summary>
    public static int Encode(RollupColumns row, int from, int slots, bool hasIncrease, Span<byte> destination)
    {
        var fields = hasIncrease ? MostFields : MostFields - 1;
        var most = 0;
        foreach (var count in row.Count) most = Math.Max(most, count);
        var countWidth = RollupCodec.Width(most);
        destination[4] = (byte)countWidth;

        Span<long> room = stackalloc long[MostWords];
        var words = Collect(row, from, slots, fields, room);
        var least = words.IsEmpty ? 0 : words[0];
        var width = words.IsEmpty ? 0 : 64 - BitOperations.LeadingZeroCount((ulong)words[^1] - (ulong)least);
        var indexWidth = 32 - BitOperations.LeadingZeroCount((uint)words.Length);
        var bits = (words.Length * width) + (slots * (countWidth + (fields * indexWidth)));
        if (width == 64 || WordsHeaderBytes + ((bits + 7) / 8) >= LeastBytes + (((slots * (countWidth + (fields * 64))) + 7) / 8))
            return EncodePlain(row, from, slots, fields, countWidth, destination);

        destination[0] = Words;
        BinaryPrimitives.WriteUInt16BigEndian(destination[5..], (ushort)words.Length);
        (destination[7], destination[8]) = ((byte)indexWidth, (byte)width);
        BinaryPrimitives.WriteInt64BigEndian(destination[9..], least);
        var writer = new BitWriter(destination[WordsHeaderBytes..]);
        foreach (var word in words) writer.Write(word - least, width);
        for (var at = from; at < from + slots; at++) writer.Write(row.Count[at], countWidth);
        for (var at = from; at < from + slots; at++)
        {
            // Number 0 is the double 0, which would be far from all the others. Slots without samples have it too.
            for (var f = 0; f < fields; f++)
            {
                var bitsOf = row.Count[at] == 0 ? 0 : BitConverter.DoubleToInt64Bits(Column(row, f)[at]);
                writer.Write(bitsOf == 0 ? 0 : words.BinarySearch(bitsOf) + 1, indexWidth);
            }
        }

        writer.Finish();
        return WordsHeaderBytes + writer.Length;
    }

    /// <summary>Reads a row of either form into columns that are empty.</summary>
    /// <exception cref="InvalidDataException">The bytes are damaged.</exception>
    public static void Decode(ReadOnlySpan<byte> source, RollupColumns row, int from, int slots, bool hasIncrease)
    {
        var fields = hasIncrease ? MostFields : MostFields - 1;
        int countWidth = source[4];
        if (countWidth > 33) throw new InvalidDataException("The roll-up has fields of an impossible width.");
        if (source[0] == Plain) DecodePlain(source, row, from, slots, fields, countWidth);
        else DecodeWords(source, row, from, slots, fields, countWidth);
    }

    /// <summary>The different doubles but 0, as bits, ascending.</summary>
    private static ReadOnlySpan<long> Collect(RollupColumns row, int from, int slots, int fields, Span<long> room)
    {
        var length = 0;
        for (var f = 0; f < fields; f++)
        {
            var column = Column(row, f);
            for (var at = from; at < from + slots; at++)
            {
                if (row.Count[at] > 0) room[length++] = BitConverter.DoubleToInt64Bits(column[at]);
            }
        }

        room[..length].Sort();
        var words = 0;
        for (var i = 0; i < length; i++)
        {
            if (room[i] != 0 && (words == 0 || room[i] != room[words - 1])) room[words++] = room[i];
        }

        return room[..words];
    }

    private static int EncodePlain(RollupColumns row, int from, int slots, int fields, int countWidth, Span<byte> destination)
    {
        destination[0] = Plain;
        var writer = new BitWriter(destination[LeastBytes..]);
        for (var at = from; at < from + slots; at++)
        {
            writer.Write(row.Count[at], countWidth);
            for (var f = 0; f < fields; f++) writer.Write(BitConverter.DoubleToInt64Bits(Column(row, f)[at]), 64);
        }

        writer.Finish();
        return LeastBytes + writer.Length;
    }

    private static void DecodePlain(ReadOnlySpan<byte> source, RollupColumns row, int from, int slots, int fields, int countWidth)
    {
        var reader = new BitReader(source[LeastBytes..]);
        for (var at = from; at < from + slots; at++)
        {
            row.Count[at] = (int)reader.Read(countWidth);
            for (var f = 0; f < fields; f++) Column(row, f)[at] = BitConverter.Int64BitsToDouble(reader.Read(64));
        }
    }

    private static void DecodeWords(ReadOnlySpan<byte> source, RollupColumns row, int from, int slots, int fields, int countWidth)
    {
        if (source.Length < WordsHeaderBytes) throw new InvalidDataException("The roll-up is cut off.");
        int count = BinaryPrimitives.ReadUInt16BigEndian(source[5..]), indexWidth = source[7], width = source[8];
        if (count > MostWords || indexWidth > 9 || width > 63) throw new InvalidDataException("The roll-up has fields of an impossible width.");
        var least = BinaryPrimitives.ReadInt64BigEndian(source[9..]);
        var reader = new BitReader(source[WordsHeaderBytes..]);
        Span<double> words = stackalloc double[MostWords + 1];
        words[0] = 0;
        for (var i = 1; i <= count; i++) words[i] = BitConverter.Int64BitsToDouble(least + Unsigned(reader.Read(width), width));
        for (var at = from; at < from + slots; at++) row.Count[at] = (int)reader.Read(countWidth);
        for (var at = from; at < from + slots; at++)
        {
            for (var f = 0; f < fields; f++)
            {
                var index = (int)Unsigned(reader.Read(indexWidth), indexWidth);
                if (index > count) throw new InvalidDataException("The roll-up names a word that it does not have.");
                if (row.Count[at] != 0) Column(row, f)[at] = words[index];
            }
        }
    }

    // A field comes back as a signed number.
    private static long Unsigned(long field, int width) => field & ((1L << width) - 1);

    private static Span<double> Column(RollupColumns row, int field) => field switch
    {
        0 => row.First,
        1 => row.Last,
        2 => row.Min,
        3 => row.Max,
        4 => row.Sum,
        _ => row.Increase,
    };
}

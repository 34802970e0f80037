namespace PerfPlatform.Analysis.Store.Segments;

// Hot: every sample of a query passes here. docs/store.md has the format byte by byte.

/// <summary>Reads what <see cref="IntegerWriter"/> wrote.</summary>
internal sealed class IntegerReader(GeneralCompressor compressor)
{
    private readonly byte[] _tail = new byte[BitPacking.Bytes(IntegerLayout.Block, 64) + BitPacking.Slack];
    private byte[] _plane = [];
    private long[] _whole = [];

    /// <summary>Reads a column as long as <paramref name="numbers"/>.</summary>
    /// <exception cref="InvalidDataException">The bytes are no such column.</exception>
    public void Read(ReadOnlySpan<byte> source, ref int at, Span<long> numbers)
    {
        var line = ReadHead(source, ref at, numbers.Length, out var layout);
        numbers[0] = line.Number;
        if (numbers.Length == 1) return;
        if (line.Order == IntegerLayout.Turns) numbers[1] = line.Next();
        var rest = numbers[line.Lead..];
        switch (layout)
        {
            case IntegerLayout.Same:
                var same = VarInt.ReadZigZag(source, ref at);
                if (line.Order == IntegerLayout.Steps)
                {
                    Differences.FillLine(numbers, line.Number, same * line.Divisor);
                    return;
                }

                rest.Fill(same);
                break;
            case IntegerLayout.Packed:
                for (var from = 0; from < rest.Length; from += IntegerLayout.Block) ReadBlock(source, ref at, rest.Slice(from, Math.Min(IntegerLayout.Block, rest.Length - from)));
                break;
            case IntegerLayout.Planes:
                ReadPlanes(source, ref at, rest);
                break;
            default:
                throw new InvalidDataException("A column of the segment has a layout that is not known.");
        }

        line.Restore(rest);
    }

    /// <summary>
    /// Reads the numbers from <paramref name="from"/> on, as many as <paramref name="numbers"/> is long, of a column of <paramref name="count"/>.
    /// Blocks before are only added up, blocks behind are not looked at. <paramref name="at"/> is left anywhere in the column.
    /// </summary>
    /// <exception cref="InvalidDataException">The bytes are no such column.</exception>
    public void ReadPart(ReadOnlySpan<byte> source, ref int at, int count, int from, Span<long> numbers)
    {
        var start = at;
        var line = ReadHead(source, ref at, count, out var layout);
        if (layout != IntegerLayout.Packed || count == 1)
        {
            at = start;
            if (_whole.Length < count) _whole = new long[count];
            Read(source, ref at, _whole.AsSpan(0, count));
            _whole.AsSpan(from, numbers.Length).CopyTo(numbers);
            return;
        }

        if (from == 0) numbers[0] = line.Number;
        if (line.Order == IntegerLayout.Turns)
        {
            var second = line.Next();
            if (from <= 1 && from + numbers.Length > 1) numbers[1 - from] = second;
        }

        Span<long> buffer = stackalloc long[IntegerLayout.Block];
        for (var index = line.Lead; index < from + numbers.Length; index += IntegerLayout.Block)
        {
            var block = buffer[..Math.Min(IntegerLayout.Block, count - index)];
            ReadBlock(source, ref at, block);
            if (index + block.Length <= from)
            {
                line.Skip(block);
                continue;
            }

            line.Restore(block);
            var first = Math.Max(0, from - index);
            block[first..Math.Min(block.Length, from + numbers.Length - index)].CopyTo(numbers[(index + first - from)..]);
        }
    }

    private static IntegerLine ReadHead(ReadOnlySpan<byte> source, ref int at, int count, out int layout)
    {
        if (at >= source.Length) throw new InvalidDataException("A column of the segment is cut off.");
        int head = source[at++];
        layout = IntegerLayout.Layout(head);
        var first = VarInt.ReadZigZag(source, ref at);
        if (count == 1) return new IntegerLine(IntegerLayout.Plain, first, 0, 1);
        var divisor = IntegerLayout.HasDivisor(head) ? (long)VarInt.Read(source, ref at) : 1;
        var order = IntegerLayout.Order(head);
        var slope = order is IntegerLayout.Turns or IntegerLayout.Trend ? VarInt.ReadZigZag(source, ref at) : 0;
        if (order == IntegerLayout.Turns && count == 2) throw new InvalidDataException("A column of the segment has no turns.");
        return new IntegerLine(order, first, slope, divisor);
    }

    /// <summary>The first number and the step, where a column is nothing else.</summary>
    public static bool TryReadSteps(ReadOnlySpan<byte> source, ref int at, int count, out long first, out long step)
    {
        (first, step) = (0, 0);
        if (at >= source.Length) throw new InvalidDataException("A column of the segment is cut off.");
        if (source[at] != IntegerLayout.Head(IntegerLayout.Steps, false, IntegerLayout.Same) && count > 1) return false;
        at++;
        first = VarInt.ReadZigZag(source, ref at);
        if (count > 1) step = VarInt.ReadZigZag(source, ref at);
        return true;
    }

    private void ReadBlock(ReadOnlySpan<byte> source, ref int at, Span<long> numbers)
    {
        if (at >= source.Length || source[at] > 64) throw new InvalidDataException("A block of the segment has an impossible width.");
        int width = source[at++];
        var reference = VarInt.ReadZigZag(source, ref at);
        var bytes = BitPacking.Bytes(numbers.Length, width);
        var packed = source[at..];
        if (packed.Length < bytes + BitPacking.Slack)
        {
            if (packed.Length < bytes) throw new InvalidDataException("A block of the segment is cut off.");
            packed[..bytes].CopyTo(_tail);
            packed = _tail;
        }

        BitPacking.Unpack(packed, width, reference, numbers);
        at += bytes;
    }

    private void ReadPlanes(ReadOnlySpan<byte> source, ref int at, Span<long> numbers)
    {
        if (at >= source.Length) throw new InvalidDataException("A column of the segment is cut off.");
        int head = source[at++];
        var zigZag = (head & IntegerLayout.ZigZag) != 0;
        var planes = head & ~IntegerLayout.ZigZag;
        if (planes > 8) throw new InvalidDataException("A column of the segment has too many planes.");
        var reference = zigZag ? 0 : VarInt.ReadZigZag(source, ref at);
        numbers.Clear();
        for (var shift = 0; shift < planes * 8; shift += 8)
        {
            var bytes = ReadPlane(source, ref at, numbers.Length);
            for (var i = 0; i < numbers.Length; i++) numbers[i] |= (long)bytes[i] << shift;
        }

        if (zigZag)
        {
            for (var i = 0; i < numbers.Length; i++) numbers[i] = VarInt.UnZigZag((ulong)numbers[i]);
        }
        else
        {
            for (var i = 0; i < numbers.Length; i++) numbers[i] += reference;
        }
    }

    private ReadOnlySpan<byte> ReadPlane(ReadOnlySpan<byte> source, ref int at, int count)
    {
        if (at < source.Length && source[at] == 0)
        {
            if (source.Length - ++at < count) throw new InvalidDataException("A plane of the segment is cut off.");
            at += count;
            return source.Slice(at - count, count);
        }

        if (_plane.Length < count) _plane = new byte[count];
        compressor.DecompressCounted(source, ref at, _plane.AsSpan(0, count));
        return _plane.AsSpan(0, count);
    }
}

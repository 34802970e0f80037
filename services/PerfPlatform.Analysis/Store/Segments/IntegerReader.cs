namespace PerfPlatform.Analysis.Store.Segments;

// Hot: every sample of a query passes here. docs/store.md has the format byte by byte.

/// <summary>Reads what <see cref="IntegerWriter"/> wrote.</summary>
internal sealed class IntegerReader(GeneralCompressor compressor)
{
    private readonly byte[] _tail = new byte[BitPacking.Bytes(IntegerLayout.Block, 64) + BitPacking.Slack];
    private byte[] _plane = [];

    /// <exception cref="InvalidDataException">The bytes are no such column.</exception>
    public void Read(ReadOnlySpan<byte> source, ref int at, Span<long> numbers)
    {
        if (at >= source.Length) throw new InvalidDataException("A column of the segment is cut off.");
        int head = source[at++];
        numbers[0] = VarInt.ReadZigZag(source, ref at);
        if (numbers.Length == 1) return;
        var divisor = IntegerLayout.HasDivisor(head) ? (long)VarInt.Read(source, ref at) : 1;
        var order = IntegerLayout.Order(head);
        var slope = order is IntegerLayout.Turns or IntegerLayout.Trend ? VarInt.ReadZigZag(source, ref at) : 0;
        if (order == IntegerLayout.Turns && numbers.Length == 2) throw new InvalidDataException("A column of the segment has no turns.");
        var rest = numbers[(order == IntegerLayout.Turns ? 2 : 1)..];
        switch (IntegerLayout.Layout(head))
        {
            case IntegerLayout.Same:
                var same = VarInt.ReadZigZag(source, ref at);
                if (order == IntegerLayout.Steps)
                {
                    Differences.FillLine(numbers, numbers[0], same * divisor);
                    return;
                }

                rest.Fill(same);
                break;
            case IntegerLayout.Packed:
                ReadBlocks(source, ref at, rest);
                break;
            case IntegerLayout.Planes:
                ReadPlanes(source, ref at, rest);
                break;
            default:
                throw new InvalidDataException("A column of the segment has a layout that is not known.");
        }

        Sum(numbers, order, slope, divisor);
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

    private void ReadBlocks(ReadOnlySpan<byte> source, ref int at, Span<long> numbers)
    {
        while (numbers.Length > 0)
        {
            var block = numbers[..Math.Min(IntegerLayout.Block, numbers.Length)];
            if (at >= source.Length || source[at] > 64) throw new InvalidDataException("A block of the segment has an impossible width.");
            int width = source[at++];
            var reference = VarInt.ReadZigZag(source, ref at);
            var bytes = BitPacking.Bytes(block.Length, width);
            var packed = source[at..];
            if (packed.Length < bytes + BitPacking.Slack)
            {
                if (packed.Length < bytes) throw new InvalidDataException("A block of the segment is cut off.");
                packed[..bytes].CopyTo(_tail);
                packed = _tail;
            }

            BitPacking.Unpack(packed, width, reference, block);
            at += bytes;
            numbers = numbers[block.Length..];
        }
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

    private static void Sum(Span<long> numbers, int order, long slope, long divisor)
    {
        var number = numbers[0];
        slope *= divisor;
        switch (order)
        {
            case IntegerLayout.Plain:
                for (var i = 1; i < numbers.Length; i++) numbers[i] = number + (numbers[i] * divisor);
                break;
            case IntegerLayout.Steps:
                for (var i = 1; i < numbers.Length; i++) numbers[i] = number += numbers[i] * divisor;
                break;
            case IntegerLayout.Turns:
                numbers[1] = number += slope;
                for (var i = 2; i < numbers.Length; i++)
                {
                    slope += numbers[i] * divisor;
                    numbers[i] = number += slope;
                }

                break;
            default:
                for (var i = 1; i < numbers.Length; i++) numbers[i] = (number += slope) + (numbers[i] * divisor);
                break;
        }
    }
}

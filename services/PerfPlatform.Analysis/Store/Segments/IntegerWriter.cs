using System.Numerics;

namespace PerfPlatform.Analysis.Store.Segments;

// Hot: every sample passes here when it is flushed and when its hour is merged. docs/store.md has the format byte by byte.

/// <summary>
/// Writes a column of integers: less the first and divided by what divides all; then as they are, as differences or as differences of differences,
/// whichever takes the fewest bits; then in blocks packed to the bits that each block needs, or as planes of bytes where those compress to much less.
/// </summary>
internal sealed class IntegerWriter(GeneralCompressor compressor)
{
    /// <summary>From so many numbers on planes are tried: below, the tables of the compressor eat what they save.</summary>
    private const int PlanesFrom = 256;

    /// <summary>From so many numbers on all orders are tried. A flush writes fewer, and they are merged soon.</summary>
    private const int AllOrdersFrom = 32;

    private readonly double[] _bytesAtLeast = new double[8]; // one for each plane
    private readonly int[] _histogram = new int[256];
    private byte[] _planes = [];
    private long[] _numbers = new long[256];
    private long[] _steps = new long[256];
    private long[] _turns = new long[256];
    private long[] _trend = new long[256];

    public void Write(ReadOnlySpan<long> numbers, ColumnBytes target)
    {
        var head = target.Length;
        target.Add(0);
        target.AddZigZag(numbers[0]);
        if (numbers.Length == 1) return;

        Reserve(numbers.Length);
        var steps = _steps.AsSpan(0, numbers.Length - 1);
        Differences.Of(numbers, steps);
        var (min, max) = Differences.Range(steps);
        if (min == max)
        {
            target.AddZigZag(min);
            target[head] = IntegerLayout.Head(IntegerLayout.Steps, false, IntegerLayout.Same);
            return;
        }

        var divisor = Differences.CommonDivisor(steps);
        if (divisor > 1)
        {
            target.AddVarInt((ulong)divisor);
            for (var i = 0; i < steps.Length; i++) steps[i] /= divisor;
            (min, max) = (min / divisor, max / divisor);
        }

        var rest = Choose(numbers.Length, ref min, ref max, out var order, out var slope);
        if (order == IntegerLayout.Turns) target.AddZigZag(steps[0]);
        else if (order == IntegerLayout.Trend) target.AddZigZag(slope);
        var layout = IntegerLayout.Packed;
        if (min == max)
        {
            layout = IntegerLayout.Same;
            target.AddZigZag(min);
        }
        else
        {
            var start = target.Length;
            WriteBlocks(rest, target);
            if (rest.Length >= PlanesFrom && TryPlanes(rest, min, max, start, target)) layout = IntegerLayout.Planes;
        }

        target[head] = IntegerLayout.Head(order, divisor > 1, layout);
    }

    /// <summary>The numbers, their steps, the turns of their steps or their distances from a straight line: which of them take the fewest bytes when packed.</summary>
    private ReadOnlySpan<long> Choose(int count, ref long min, ref long max, out int order, out long slope)
    {
        var steps = _steps.AsSpan(0, count - 1);
        order = IntegerLayout.Steps;
        slope = 0;
        ReadOnlySpan<long> rest = steps;
        var best = PackedBytes(steps);

        var plain = _numbers.AsSpan(0, count - 1);
        long sum = 0;
        for (var i = 0; i < steps.Length; i++) plain[i] = sum += steps[i]; // (number - first) / divisor
        Consider(plain, IntegerLayout.Plain, 0, ref order, ref rest, ref best);
        if (count >= AllOrdersFrom)
        {
            var turns = _turns.AsSpan(0, count - 2);
            Differences.Of(steps, turns);
            Consider(turns, IntegerLayout.Turns, 1, ref order, ref rest, ref best);

            slope = Usual(steps);
            var trend = _trend.AsSpan(0, count - 1);
            long line = 0;
            for (var i = 0; i < plain.Length; i++) trend[i] = plain[i] - (line += slope);
            Consider(trend, IntegerLayout.Trend, VarInt.Bytes(VarInt.ZigZag(slope)), ref order, ref rest, ref best);
        }

        if (order != IntegerLayout.Steps) (min, max) = Differences.Range(rest);
        return rest;
    }

    private static void Consider(Span<long> candidate, int candidateOrder, int extra, ref int order, ref ReadOnlySpan<long> rest, ref long best)
    {
        var bytes = PackedBytes(candidate) + extra;
        if (bytes >= best) return;
        (order, best) = (candidateOrder, bytes);
        rest = candidate;
    }

    /// <summary>About the middle one of the steps.</summary>
    private static long Usual(ReadOnlySpan<long> steps)
    {
        Span<long> some = stackalloc long[AllOrdersFrom - 1];
        for (var i = 0; i < some.Length; i++) some[i] = steps[(int)((long)i * steps.Length / some.Length)];
        some.Sort();
        return some[some.Length / 2];
    }

    private static long PackedBytes(ReadOnlySpan<long> numbers)
    {
        long bytes = 0;
        for (var at = 0; at < numbers.Length; at += IntegerLayout.Block)
        {
            var block = numbers.Slice(at, Math.Min(IntegerLayout.Block, numbers.Length - at));
            var (min, max) = Differences.Range(block);
            bytes += 1 + VarInt.Bytes(VarInt.ZigZag(min)) + BitPacking.Bytes(block.Length, Width(min, max));
        }

        return bytes;
    }

    private static void WriteBlocks(ReadOnlySpan<long> numbers, ColumnBytes target)
    {
        for (var at = 0; at < numbers.Length; at += IntegerLayout.Block)
        {
            var block = numbers.Slice(at, Math.Min(IntegerLayout.Block, numbers.Length - at));
            var (min, max) = Differences.Range(block);
            var width = Width(min, max);
            var bytes = BitPacking.Bytes(block.Length, width);
            target.Add((byte)width);
            target.AddZigZag(min);
            BitPacking.Pack(block, min, width, target.Reserve(bytes + BitPacking.Slack));
            target.Advance(bytes);
        }
    }

    /// <summary>Writes the planes behind the blocks and keeps them instead if they save a tenth.</summary>
    private bool TryPlanes(ReadOnlySpan<long> numbers, long min, long max, int blocks, ColumnBytes target)
    {
        // Around zero the zigzag keeps the high bytes of small numbers alike; far from it the least number does.
        var zigZagBits = Math.Max(64 - BitOperations.LeadingZeroCount(VarInt.ZigZag(min)), 64 - BitOperations.LeadingZeroCount(VarInt.ZigZag(max)));
        var planes = (Width(min, max) + 7) / 8;
        var zigZag = (zigZagBits + 7) / 8 <= planes;
        var limit = (target.Length - blocks) * 9 / 10;
        var bytes = SplitPlanes(numbers, min, zigZag, planes);
        double least = 0;
        for (var plane = 0; plane < planes; plane++) least += _bytesAtLeast[plane] = BytesAtLeast(bytes.Slice(plane * numbers.Length, numbers.Length));
        if (least > limit) return false;

        var second = target.Length;
        target.Add((byte)(planes | (zigZag ? IntegerLayout.ZigZag : 0)));
        if (!zigZag) target.AddZigZag(min);
        for (var plane = 0; plane < planes && target.Length - second <= limit; plane++)
            WritePlane(bytes.Slice(plane * numbers.Length, numbers.Length), _bytesAtLeast[plane], target);
        return target.KeepSecondIf(blocks, second, limit);
    }

    private ReadOnlySpan<byte> SplitPlanes(ReadOnlySpan<long> numbers, long min, bool zigZag, int planes)
    {
        if (_planes.Length < planes * numbers.Length) _planes = new byte[planes * numbers.Length];
        for (var plane = 0; plane < planes; plane++)
        {
            var bytes = _planes.AsSpan(plane * numbers.Length, numbers.Length);
            for (var i = 0; i < bytes.Length; i++) bytes[i] = (byte)((zigZag ? VarInt.ZigZag(numbers[i]) : (ulong)(numbers[i] - min)) >> (plane * 8));
        }

        return _planes;
    }

    /// <summary>What the best code for single bytes would need: compressing is only tried where that is little enough.</summary>
    private double BytesAtLeast(ReadOnlySpan<byte> bytes)
    {
        _histogram.AsSpan().Clear();
        foreach (var b in bytes) _histogram[b]++;
        double bits = 0;
        foreach (var times in _histogram)
        {
            if (times > 0) bits -= times * Math.Log2(times / (double)bytes.Length);
        }

        return bits / 8;
    }

    private void WritePlane(ReadOnlySpan<byte> bytes, double least, ColumnBytes target)
    {
        if (least < bytes.Length * 0.94)
        {
            var at = target.Length;
            compressor.CompressCounted(bytes, target);
            if (target.Length - at < bytes.Length) return;
            target.Length = at;
        }

        target.AddVarInt(0);
        target.Add(bytes);
    }

    private static int Width(long min, long max) => 64 - BitOperations.LeadingZeroCount((ulong)max - (ulong)min);

    private void Reserve(int count)
    {
        if (_numbers.Length >= count) return;
        var size = Math.Max(count, _numbers.Length * 2);
        (_numbers, _steps, _turns, _trend) = (new long[size], new long[size], new long[size], new long[size]);
    }
}

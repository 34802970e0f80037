using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PerfPlatform.Analysis.Store.Segments;

// Hot: every sample passes here several times when it is written.

/// <summary>Differences of neighbours, lines and ranges of numbers, several at once. All arithmetic wraps around at 64 bits.</summary>
internal static class Differences
{
    /// <summary>Each number less the one before; one shorter than the numbers.</summary>
    public static void Of(ReadOnlySpan<long> numbers, Span<long> differences)
    {
        differences = differences[..(numbers.Length - 1)];
        ref var from = ref MemoryMarshal.GetReference(numbers);
        ref var to = ref MemoryMarshal.GetReference(differences);
        var i = 0;
        for (; i + 4 <= differences.Length; i += 4)
            (Vector256.LoadUnsafe(ref from, (nuint)i + 1) - Vector256.LoadUnsafe(ref from, (nuint)i)).StoreUnsafe(ref to, (nuint)i);
        for (; i < differences.Length; i++) differences[i] = numbers[i + 1] - numbers[i];
    }

    /// <summary>The first number and then each greater by the step.</summary>
    public static void FillLine(Span<long> numbers, long first, long step)
    {
        ref var to = ref MemoryMarshal.GetReference(numbers);
        var next = Vector256.Create(first, first + step, first + (2 * step), first + (3 * step));
        var add = Vector256.Create(4 * step);
        var i = 0;
        for (; i + 4 <= numbers.Length; i += 4)
        {
            next.StoreUnsafe(ref to, (nuint)i);
            next += add;
        }

        for (; i < numbers.Length; i++) numbers[i] = first + (i * step);
    }

    /// <summary>All numbers together.</summary>
    public static long Sum(ReadOnlySpan<long> numbers)
    {
        ref var from = ref MemoryMarshal.GetReference(numbers);
        var sums = Vector256<long>.Zero;
        var i = 0;
        for (; i + 4 <= numbers.Length; i += 4) sums += Vector256.LoadUnsafe(ref from, (nuint)i);
        var sum = Vector256.Sum(sums);
        for (; i < numbers.Length; i++) sum += numbers[i];
        return sum;
    }

    /// <summary>The least and the greatest of at least one number.</summary>
    public static (long Min, long Max) Range(ReadOnlySpan<long> numbers)
    {
        ref var from = ref MemoryMarshal.GetReference(numbers);
        var (min, max) = (numbers[0], numbers[0]);
        var i = 0;
        if (numbers.Length >= 8)
        {
            var (low, high) = (Vector256.LoadUnsafe(ref from), Vector256.LoadUnsafe(ref from));
            for (i = 4; i + 4 <= numbers.Length; i += 4)
            {
                var next = Vector256.LoadUnsafe(ref from, (nuint)i);
                (low, high) = (Vector256.Min(low, next), Vector256.Max(high, next));
            }

            for (var lane = 0; lane < 4; lane++) (min, max) = (Math.Min(min, low[lane]), Math.Max(max, high[lane]));
        }

        for (; i < numbers.Length; i++) (min, max) = (Math.Min(min, numbers[i]), Math.Max(max, numbers[i]));
        return (min, max);
    }

    /// <summary>The greatest number that divides all; 1 where there is none, or where all are zero.</summary>
    public static long CommonDivisor(ReadOnlySpan<long> numbers)
    {
        ulong divisor = 0;
        foreach (var number in numbers)
        {
            var rest = Magnitude(number);
            if (divisor == 0)
            {
                divisor = rest;
                continue;
            }

            if (divisor == 1) return 1;
            for (rest %= divisor; rest != 0; (divisor, rest) = (rest, divisor % rest))
            {
            }
        }

        return divisor is 0 or > long.MaxValue ? 1 : (long)divisor;
    }

    private static ulong Magnitude(long number) => number < 0 ? (ulong)-number : (ulong)number;
}

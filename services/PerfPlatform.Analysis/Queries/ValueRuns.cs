using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace PerfPlatform.Analysis.Queries;

// Hot: every sample of a query with a step passes here. A run without NaN, nearly all of them, is taken four values at a time.

/// <summary>Sums, extremes and counts of a run of values; NaN is as if it were not there.</summary>
internal static class ValueRuns
{
    /// <summary>The sum, and how many values it has; 0 and 0 where all are NaN.</summary>
    public static double Sum(ReadOnlySpan<double> values, out int count)
    {
        count = values.Length;
        var sum = SumAll(values);

        // NaN: a sample is, or infinities cancelled each other. Only the slow way knows.
        return double.IsNaN(sum) ? SumOfNumbers(values, out count) : sum;
    }

    /// <summary>How many are numbers.</summary>
    public static int Count(ReadOnlySpan<double> values)
    {
        Sum(values, out var count);
        return count;
    }

    /// <summary>The least; NaN where there is none.</summary>
    public static double Min(ReadOnlySpan<double> values)
    {
        var least = double.PositiveInfinity;
        var at = 0;
        if (Vector256.IsHardwareAccelerated && values.Length >= 8)
        {
            ref var first = ref MemoryMarshal.GetReference(values);
            var least4 = Vector256.LoadUnsafe(ref first);
            for (at = 4; at <= values.Length - 4; at += 4) least4 = Vector256.Min(least4, Vector256.LoadUnsafe(ref first, (nuint)at));
            for (var i = 0; i < 4; i++) least = Math.Min(least, least4[i]);
        }

        for (; at < values.Length; at++) least = Math.Min(least, values[at]);
        return double.IsNaN(least) || double.IsPositiveInfinity(least) ? Extreme(values, -1) : least;
    }

    /// <summary>The greatest; NaN where there is none.</summary>
    public static double Max(ReadOnlySpan<double> values)
    {
        var greatest = double.NegativeInfinity;
        var at = 0;
        if (Vector256.IsHardwareAccelerated && values.Length >= 8)
        {
            ref var first = ref MemoryMarshal.GetReference(values);
            var greatest4 = Vector256.LoadUnsafe(ref first);
            for (at = 4; at <= values.Length - 4; at += 4) greatest4 = Vector256.Max(greatest4, Vector256.LoadUnsafe(ref first, (nuint)at));
            for (var i = 0; i < 4; i++) greatest = Math.Max(greatest, greatest4[i]);
        }

        for (; at < values.Length; at++) greatest = Math.Max(greatest, values[at]);
        return double.IsNaN(greatest) || double.IsNegativeInfinity(greatest) ? Extreme(values, 1) : greatest;
    }

    /// <summary>The last number; NaN where there is none.</summary>
    public static double Last(ReadOnlySpan<double> values)
    {
        for (var i = values.Length - 1; i >= 0; i--)
        {
            if (!double.IsNaN(values[i])) return values[i];
        }

        return double.NaN;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double SumAll(ReadOnlySpan<double> values)
    {
        var sum = 0.0;
        var at = 0;
        if (Vector256.IsHardwareAccelerated && values.Length >= 8)
        {
            ref var first = ref MemoryMarshal.GetReference(values);
            var (even, odd) = (Vector256.LoadUnsafe(ref first), Vector256.LoadUnsafe(ref first, 4));
            for (at = 8; at <= values.Length - 8; at += 8)
            {
                even += Vector256.LoadUnsafe(ref first, (nuint)at);
                odd += Vector256.LoadUnsafe(ref first, (nuint)at + 4);
            }

            sum = Vector256.Sum(even + odd);
        }

        for (; at < values.Length; at++) sum += values[at];
        return sum;
    }

    private static double SumOfNumbers(ReadOnlySpan<double> values, out int count)
    {
        var sum = 0.0;
        count = 0;
        foreach (var value in values)
        {
            if (double.IsNaN(value)) continue;
            sum += value;
            count++;
        }

        return sum;
    }

    private static double Extreme(ReadOnlySpan<double> values, int sign)
    {
        var extreme = double.NaN;
        foreach (var value in values)
        {
            if (double.IsNaN(value)) continue;
            if (double.IsNaN(extreme)) extreme = value;
            else extreme = sign < 0 ? Math.Min(extreme, value) : Math.Max(extreme, value);
        }

        return extreme;
    }
}

using System.Numerics;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Store.Rollups;

// Hot: every sample passes here once when its hour is rolled up. No LINQ, closures or allocation per sample.

/// <summary>
/// Makes the minutes of an hour out of its samples. Where all samples are decimals of one scale, sums and increases are computed in integers and therefore
/// exact; else they are sums of doubles in the order of time. Knows no database; used by one thread at a time.
/// </summary>
internal sealed class RollupCalculator
{
    /// <summary>A sample further back than this many minutes does not count as the start of an increase.</summary>
    public const int Lookback = 5;

    private const double Limit = 1L << 51; // leaves room for the sums, which must stay below 2^53 to be exact
    private double[] _kept = new double[1024]; // bounded by the samples of one series and hour
    private long[] _keptTimes = new long[1024];

    /// <summary>
    /// Fills <paramref name="minutes"/>, whose start is set, from samples in the order of time. <paramref name="before"/> is the last sample of the hour before,
    /// or NaN, and <paramref name="beforeSlot"/> the minute that it was in.
    /// </summary>
    public void Calculate(RollupColumns minutes, MetricKind kind, ReadOnlySpan<long> times, ReadOnlySpan<double> values, double before, int beforeSlot)
    {
        minutes.Reset(RollupTier.Minute);
        Filter(ref times, ref values);
        if (values.Length == 0) return;
        var scale = RollupScale.Find(values, Limit);
        var power = scale == RollupScale.None ? 1 : RollupScale.Power(scale);
        var isCounter = kind == MetricKind.Counter || (kind == MetricKind.Unknown && LooksLikeCounter(values));
        var (previous, previousSlot) = (before, double.IsNaN(before) ? -2 * minutes.Slots : beforeSlot - minutes.Slots);
        for (var i = 0; i < times.Length;)
        {
            var slot = (int)((times[i] - minutes.Start) / minutes.SlotLength);
            var end = End(times, i, minutes.Start + ((slot + 1) * minutes.SlotLength));
            var inside = values[i..end];
            Fold(minutes, slot, inside, scale == RollupScale.None, power);
            if (isCounter) minutes.Increase[slot] = Increase(inside, slot - previousSlot <= Lookback ? previous : double.NaN, scale == RollupScale.None, power);
            (previous, previousSlot, i) = (inside[^1], slot, end);
        }
    }

    private static void Fold(RollupColumns minutes, int slot, ReadOnlySpan<double> values, bool isFloat, double power)
    {
        var (min, max) = (values[0], values[0]);
        foreach (var value in values)
        {
            min = Math.Min(min, value);
            max = Math.Max(max, value);
        }

        double sum = 0;
        if (isFloat)
        {
            foreach (var value in values) sum += value;
        }
        else
        {
            var i = 0;
            var (sums, powers) = (Vector<double>.Zero, new Vector<double>(power));
            for (; i <= values.Length - Vector<double>.Count; i += Vector<double>.Count) sums += Vector.Round(new Vector<double>(values[i..]) * powers);
            sum = Vector.Sum(sums);
            for (; i < values.Length; i++) sum += RollupScale.Integer(values[i], power);
            sum /= power;
        }

        minutes.Count[slot] = values.Length;
        minutes.First[slot] = values[0];
        minutes.Last[slot] = values[^1];
        minutes.Min[slot] = min;
        minutes.Max[slot] = max;
        minutes.Sum[slot] = sum;
    }

    /// <summary>What a counter grew by: a fall means that it began again at zero.</summary>
    private static double Increase(ReadOnlySpan<double> values, double before, bool isFloat, double power)
    {
        // Last minus first, and what was reached before each fall.
        double lost = 0;
        for (var i = 1; i < values.Length; i++)
        {
            if (values[i] < values[i - 1]) lost += isFloat ? values[i - 1] : RollupScale.Integer(values[i - 1], power);
        }

        var start = double.IsNaN(before) ? values[0] : values[0] < before ? 0 : before;
        if (isFloat) return values[^1] - start + lost;
        var begin = RollupScale.Fits(start, power, Limit) ? RollupScale.Integer(start, power) : double.NaN;
        return double.IsNaN(begin) ? values[^1] - start + (lost / power) : (RollupScale.Integer(values[^1], power) - begin + lost) / power;
    }

    /// <summary>A counter of which the sender did not say that it is one rises much more often than it falls, which is with each restart.</summary>
    private static bool LooksLikeCounter(ReadOnlySpan<double> values)
    {
        var (falls, rises) = (0, 0);
        for (var i = 1; i < values.Length; i++)
        {
            falls += values[i] < values[i - 1] ? 1 : 0;
            rises += values[i] > values[i - 1] ? 1 : 0;
        }

        return falls <= 2 + (rises / 10);
    }

    private static int End(ReadOnlySpan<long> times, int from, long end)
    {
        while (from < times.Length && times[from] < end) from++;
        return from;
    }

    /// <summary>Leaves out NaN, and with it the markers of ended series.</summary>
    private void Filter(ref ReadOnlySpan<long> times, ref ReadOnlySpan<double> values)
    {
        var any = false;
        foreach (var value in values) any |= double.IsNaN(value);
        if (!any) return;
        if (_kept.Length < values.Length) (_kept, _keptTimes) = (new double[values.Length], new long[values.Length]);
        var kept = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (double.IsNaN(values[i])) continue;
            (_kept[kept], _keptTimes[kept]) = (values[i], times[i]);
            kept++;
        }

        times = _keptTimes.AsSpan(0, kept);
        values = _kept.AsSpan(0, kept);
    }
}

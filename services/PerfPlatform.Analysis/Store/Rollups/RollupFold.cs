namespace PerfPlatform.Analysis.Store.Rollups;

/// <summary>Makes one hour out of its minutes.</summary>
internal static class RollupFold
{
    private const double Limit = 1L << 53;

    /// <summary>Puts an hour's minutes into its slot of a day; one without samples empties the slot.</summary>
    public static void Into(RollupColumns day, RollupColumns minutes)
    {
        var slot = (int)((minutes.Start - day.Start) / day.SlotLength);
        day.Count[slot] = 0;
        day.Sum[slot] = day.Min[slot] = day.Max[slot] = day.First[slot] = day.Last[slot] = day.Increase[slot] = double.NaN;
        if (minutes.FirstSlot < 0) return;
        day.First[slot] = minutes.First[minutes.FirstSlot];
        day.Last[slot] = minutes.Last[minutes.LastSlot];
        var (min, max) = (double.PositiveInfinity, double.NegativeInfinity);
        for (var i = 0; i < minutes.Slots; i++)
        {
            if (minutes.Count[i] == 0) continue;
            day.Count[slot] += minutes.Count[i];
            min = Math.Min(min, minutes.Min[i]);
            max = Math.Max(max, minutes.Max[i]);
        }

        (day.Min[slot], day.Max[slot]) = (min, max);
        day.Sum[slot] = Sum(minutes.Sum, minutes.Count);
        day.Increase[slot] = Sum(minutes.Increase, minutes.Count);
    }

    /// <summary>Decimals are added as integers and so exactly.</summary>
    private static double Sum(ReadOnlySpan<double> values, ReadOnlySpan<int> counts)
    {
        var scale = 0;
        for (var i = 0; i < values.Length && scale != RollupScale.None; i++)
        {
            if (counts[i] > 0) scale = RollupScale.Find(values.Slice(i, 1), Limit, scale);
        }

        var power = scale == RollupScale.None ? 1 : RollupScale.Power(scale);
        double sum = 0, integers = 0;
        for (var i = 0; i < values.Length; i++)
        {
            if (counts[i] == 0) continue;
            sum += values[i];
            if (scale != RollupScale.None && !RollupScale.Fits(values[i], power, Limit)) scale = RollupScale.None;
            integers += RollupScale.Integer(values[i], power);
        }

        return scale == RollupScale.None || Math.Abs(integers) > Limit ? sum : integers / power;
    }
}

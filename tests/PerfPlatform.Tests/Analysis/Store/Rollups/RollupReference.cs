using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Tests.Analysis.Store.Rollups;

/// <summary>One minute of the reference.</summary>
internal sealed record RollupMinute(int Slot, int Count, double First, double Last, double Min, double Max, double[] Values, double? Increase);

/// <summary>What a roll-up should be, written to be read: slow, by LINQ.</summary>
internal static class RollupReference
{
    public static RollupMinute[] Minutes(RollupHour hour)
    {
        var samples = hour.Times.Zip(hour.Values, (time, value) => (Slot: (int)((time - RollupHour.Start) / 60_000), Value: value)).Where(s => !double.IsNaN(s.Value)).ToArray();
        var falls = samples.Zip(samples.Skip(1)).Count(pair => pair.Second.Value < pair.First.Value);
        var rises = samples.Zip(samples.Skip(1)).Count(pair => pair.Second.Value > pair.First.Value);
        var isCounter = hour.Kind == MetricKind.Counter || (hour.Kind == MetricKind.Unknown && falls <= 2 + (rises / 10));
        var minutes = new List<RollupMinute>();
        foreach (var minute in samples.GroupBy(s => s.Slot, s => s.Value).OrderBy(g => g.Key))
        {
            double[] values = [.. minute];
            double? start = minutes.Count > 0
                ? minute.Key - minutes[^1].Slot <= 5 ? minutes[^1].Last : null
                : !double.IsNaN(hour.Before) && minute.Key + 60 - hour.BeforeSlot <= 5 ? hour.Before : null;
            minutes.Add(new RollupMinute(
                minute.Key, values.Length, values[0], values[^1], values.Aggregate(Math.Min), values.Aggregate(Math.Max), values, isCounter ? Increase(start, values) : null));
        }

        return [.. minutes];
    }

    /// <summary>As Prometheus does: what is missing after a fall is added.</summary>
    private static double Increase(double? start, double[] values)
    {
        double[] all = start is { } before ? [before, .. values] : values;
        return all.Zip(all.Skip(1)).Sum(pair => pair.Second < pair.First ? pair.Second : pair.Second - pair.First);
    }
}

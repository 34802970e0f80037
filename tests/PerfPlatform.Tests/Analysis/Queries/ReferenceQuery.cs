using PerfPlatform.Analysis.Queries;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Tests.Analysis.Queries;

/// <summary>One sample as it was sent.</summary>
internal sealed record Sent(LabelSet Labels, long Time, double Value, BatchStamp Stamp);

/// <summary>The rules of queries written as plainly as they can be: what the store's fast way is held against.</summary>
internal static class ReferenceQuery
{
    public static List<(LabelSet Labels, List<(long Time, double? Value)> Points)> Run(IEnumerable<Sent> sent, RangePlan plan, MetricKind kind)
    {
        var lines = sent.GroupBy(s => s.Labels).Select(g => (Labels: g.Key, Points: Series([.. g], plan, kind))).Where(l => l.Points.Any(p => p.Value is not null));
        if (plan.Reduction is null) return [.. lines];
        return
        [
            .. lines.GroupBy(l => l.Labels.Only([.. plan.By!])).Select(group => (group.Key,
                Buckets(plan).Select((bucket, i) => (bucket, Reduce(plan.Reduction.Value, group.Select(l => l.Points[i].Value)))).ToList())),
        ];
    }

    private static List<(long Time, double? Value)> Series(List<Sent> sent, RangePlan plan, MetricKind kind)
    {
        // One sample for each time: the greatest stamp, of equal ones the last sent.
        var samples = sent.Select((s, i) => (s, i)).GroupBy(x => x.s.Time)
            .Select(g => g.OrderBy(x => x.s.Stamp).ThenBy(x => x.i).Last().s)
            .OrderBy(s => s.Time).Select(s => (s.Time, s.Value))
            .Where(s => s.Time >= (plan.Function is null ? plan.From : plan.From - 300_000) && s.Time < plan.To).ToList();
        if (plan.Function is { } function)
        {
            var numbers = samples.Where(s => !double.IsNaN(s.Value) || IsStale(s.Value)).ToList();
            samples = [.. numbers.Skip(1).Select((now, i) => (Before: numbers[i], Now: now)).Where(pair => !IsStale(pair.Before.Value) && !IsStale(pair.Now.Value))
                .Select(pair => (pair.Now.Time, Between(function, pair.Before, pair.Now)))];
        }

        samples = [.. samples.Where(s => s.Time >= plan.From && !IsStale(s.Value))];
        if (plan.Step == 0) return [.. samples.Select(s => (s.Time, (double?)s.Value))];
        var aggregation = plan.Aggregation ?? (kind == MetricKind.Counter && plan.Function is null ? Aggregation.Last : Aggregation.Avg);
        return
        [
            .. Buckets(plan).Select(bucket => (bucket,
                Aggregate(aggregation, [.. samples.Where(s => s.Time >= bucket && s.Time < bucket + plan.Step && !double.IsNaN(s.Value)).Select(s => s.Value)]))),
        ];
    }

    private static bool IsStale(double value) => BitConverter.DoubleToInt64Bits(value) == 0x7FF0_0000_0000_0002;

    private static IEnumerable<long> Buckets(RangePlan plan)
    {
        var first = (long)Math.Floor(plan.From / (decimal)plan.Step) * plan.Step;
        for (var bucket = first; bucket < plan.To; bucket += plan.Step) yield return bucket;
    }

    private static double Between(SeriesFunction function, (long Time, double Value) before, (long Time, double Value) now) => function switch
    {
        SeriesFunction.Delta => now.Value - before.Value,
        SeriesFunction.Increase => now.Value < before.Value ? now.Value : now.Value - before.Value,
        _ => (now.Value < before.Value ? now.Value : now.Value - before.Value) / ((now.Time - before.Time) / 1000.0),
    };

    private static double? Aggregate(Aggregation aggregation, List<double> values)
    {
        if (values.Count == 0) return null;
        return aggregation switch
        {
            Aggregation.Avg => values.Sum() / values.Count,
            Aggregation.Min => values.Min(),
            Aggregation.Max => values.Max(),
            Aggregation.Sum => values.Sum(),
            Aggregation.Count => values.Count,
            Aggregation.Last => values[^1],
            Aggregation.P50 => Percentile(values, 0.5),
            Aggregation.P95 => Percentile(values, 0.95),
            _ => Percentile(values, 0.99),
        };
    }

    private static double Percentile(List<double> values, double q)
    {
        values.Sort();
        var rank = (values.Count - 1) * q;
        var (below, above) = ((int)Math.Floor(rank), (int)Math.Ceiling(rank));
        return below == above || values[below] == values[above] ? values[below] : values[below] + ((values[above] - values[below]) * (rank - below));
    }

    private static double? Reduce(Reduction reduction, IEnumerable<double?> values)
    {
        var numbers = values.Where(v => v is { } n && !double.IsNaN(n)).Select(v => v!.Value).ToList();
        if (numbers.Count == 0) return null;
        return reduction switch
        {
            Reduction.Sum => numbers.Sum(),
            Reduction.Avg => numbers.Sum() / numbers.Count,
            Reduction.Min => numbers.Min(),
            _ => numbers.Max(),
        };
    }
}

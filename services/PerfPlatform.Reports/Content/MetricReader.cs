using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Reports.Content;

/// <summary>Reads one signal of all hosts: means for the chart, and the greatest single values.</summary>
public sealed class MetricReader(IMetricQueries queries)
{
    // As many as a chart has room for.
    private const int Steps = 240;

    private readonly HostSignalReader _signals = new(queries);

    /// <summary>The step for a period: whole seconds.</summary>
    public static TimeSpan Step(DateTimeOffset from, DateTimeOffset to) => TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((to - from).TotalSeconds / Steps)));

    /// <summary>The signal's sections by host; hosts without a value are left out.</summary>
    public async Task<IReadOnlyList<(string Host, MetricSection Section)>> ReadAsync(
        ReportMetric metric, IReadOnlyList<string> match, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var question = new HostQuestion
        {
            Signal = metric.Signal,
            ByDevice = metric.ByDevice,
            Match = [.. match.Select(LabelMatcher.Parse)],
            From = from,
            To = to,
            Step = Step(from, to),
        };
        var means = await _signals.ReadAsync(question, cancellationToken);
        var greatest = (await _signals.ReadAsync(question with { Aggregation = Aggregation.Max }, cancellationToken)).Lines
            .ToDictionary(l => (l.Host, l.Device), l => l.Values.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Max());
        long[] times = [.. means.Times];
        var sections = new List<(string, MetricSection)>();
        foreach (var line in means.Lines)
        {
            double[] values = [.. line.Values.Where(double.IsFinite).Order()];
            var maximum = greatest.TryGetValue((line.Host, line.Device), out var most) && double.IsFinite(most) ? most : values[^1];
            sections.Add((line.Host, new MetricSection(
                metric.Title, line.Source.Plus[0].Metric, line.Device, HostSignals.Unit(metric.Signal),
                values.Average(), Percentile(values, 0.95), maximum, null, times, [.. line.Values.Select(v => double.IsFinite(v) ? v : (double?)null)])));
        }

        return sections;
    }

    /// <summary>A percentile of sorted values, interpolated linearly.</summary>
    public static double Percentile(double[] sorted, double part)
    {
        var at = part * (sorted.Length - 1);
        var below = (int)at;
        return below + 1 >= sorted.Length ? sorted[^1] : sorted[below] + ((at - below) * (sorted[below + 1] - sorted[below]));
    }
}

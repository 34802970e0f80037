using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Reports.Content;

/// <summary>Reads one metric of all hosts: means for the chart, and the greatest single values.</summary>
public sealed class MetricReader(IMetricQueries queries)
{
    /// <summary>The label that names a host.</summary>
    public const string Host = "host.name";

    // As many as a chart has room for.
    private const int Steps = 240;

    /// <summary>The step for a period: whole seconds.</summary>
    public static TimeSpan Step(DateTimeOffset from, DateTimeOffset to) => TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((to - from).TotalSeconds / Steps)));

    /// <summary>The metric's sections by host; hosts without a value are left out.</summary>
    public async Task<IReadOnlyList<(string Host, MetricSection Section)>> ReadAsync(
        ReportMetric metric, IReadOnlyList<string> match, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var query = new RangeQuery
        {
            Selector = SeriesSelector.Of(metric.Metric, [.. metric.Match, .. match, Host + "!="]),
            From = from,
            To = to,
            Step = Step(from, to),
            Aggregation = Aggregation.Avg,
            Function = metric.Function,
            By = metric.Device is null ? [Host] : [Host, metric.Device],
            Reduction = metric.Function is null ? Reduction.Max : Reduction.Sum,
        };
        var means = await queries.QueryAsync(query, cancellationToken);
        var greatest = (await queries.QueryAsync(query with { Aggregation = Aggregation.Max }, cancellationToken)).Series
            .ToDictionary(s => s.Labels, s => Finite(s).DefaultIfEmpty(double.NaN).Max());
        var sections = new List<(string, MetricSection)>();
        foreach (var series in means.Series)
        {
            if (series.Labels[Host] is not { Length: > 0 } host) continue;
            double[] values = [.. Finite(series).Order()];
            if (values.Length == 0) continue;
            var maximum = greatest.TryGetValue(series.Labels, out var most) && double.IsFinite(most) ? most : values[^1];
            sections.Add((host, new MetricSection(
                metric.Title, metric.Metric, metric.Device is null ? null : series.Labels[metric.Device] ?? "", metric.Unit,
                values.Average(), Percentile(values, 0.95), maximum, null, series.Times, series.Values)));
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

    private static IEnumerable<double> Finite(RangeSeries series) => series.Values.Where(v => v is { } x && double.IsFinite(x)).Select(v => v!.Value);
}

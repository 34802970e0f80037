using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Findings;

/// <summary>The series of one metric that a question is about.</summary>
/// <param name="Selector">What selects them.</param>
/// <param name="Kind">The kind of the metric.</param>
/// <param name="Unit">The unit of what is computed of it: of a counter its rate's; empty where none is known.</param>
/// <param name="Count">How many.</param>
public sealed record SelectedSeries(SeriesSelector Selector, MetricKind Kind, string Unit, int Count)
{
    /// <summary>Whether it is a counter, of which the rate is looked at.</summary>
    public bool IsCounter => Kind == MetricKind.Counter;

    /// <summary>Selects them. A host is named by the first label that has its name.</summary>
    /// <param name="queries">The store.</param>
    /// <param name="request">The question; its metric is required.</param>
    /// <param name="most">The most series.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="QueryException">There are more.</exception>
    public static async Task<SelectedSeries> OfAsync(IMetricQueries queries, FindingRequest request, int most, CancellationToken cancellationToken)
    {
        var (selector, page) = await SelectAsync(queries, request, most, cancellationToken);
        if (page.Items.Count > most) throw new QueryException($"More than {most} series are selected: narrow them with host or match.");
        if (page.Items.Count == 0) return new SelectedSeries(selector, MetricKind.Unknown, "", 0);
        var first = page.Items[0];
        return new SelectedSeries(selector, first.Kind, Named(first) + (first.Kind == MetricKind.Counter ? "/s" : ""), page.Items.Count);
    }

    private static async Task<(SeriesSelector Selector, Page<SeriesInfo> Page)> SelectAsync(IMetricQueries queries, FindingRequest request, int most, CancellationToken cancellationToken)
    {
        if (request.Host is not { } host)
        {
            var all = new SeriesSelector(request.Metric!, request.Match);
            return (all, await queries.SeriesAsync(all, most + 1, null, cancellationToken));
        }

        foreach (var label in HostCollector.Labels)
        {
            var selector = new SeriesSelector(request.Metric!, [.. request.Match, LabelMatcher.Equal(label, host)]);
            var page = await queries.SeriesAsync(selector, most + 1, null, cancellationToken);
            if (page.Items.Count > 0 || label == HostCollector.Labels[^1]) return (selector, page);
        }

        throw new InvalidOperationException("No label names hosts.");
    }

    // By OpenTelemetry's conventions a utilization is a part of one, also where the protocol carried no unit.
    private static string Named(SeriesInfo series) => series.Unit.Length == 0 && series.Metric.EndsWith(".utilization", StringComparison.Ordinal) ? "1" : series.Unit;
}

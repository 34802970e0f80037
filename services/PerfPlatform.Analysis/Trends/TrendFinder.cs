using PerfPlatform.Analysis.Bottlenecks;
using PerfPlatform.Analysis.Findings;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Trends;

/// <summary>The trends of the series of a metric, the clearest first.</summary>
public sealed class TrendFinder(IMetricQueries queries) : IFinder
{
    /// <summary>The most series looked at for one question.</summary>
    public const int MostSeries = 100;

    /// <inheritdoc />
    public FindingKind Kind => FindingKind.Trend;

    /// <inheritdoc />
    public TimeSpan DefaultPeriod => TimeSpan.FromHours(1);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Finding>> FindAsync(FindingRequest request, CancellationToken cancellationToken)
    {
        if (request.Metric is null) throw new QueryException("Trends need a metric: add ?metric=, for example metric=system.memory.utilization.");
        var match = request.Host is null ? request.Match : [.. request.Match, HostReader.Equal(UseSignals.Host, request.Host)];
        var selector = new SeriesSelector(request.Metric, match);
        var series = await queries.SeriesAsync(selector, MostSeries + 1, null, cancellationToken);
        if (series.Items.Count > MostSeries) throw new QueryException($"More than {MostSeries} series are selected: narrow them with host or match.");
        if (series.Items.Count == 0) return [];

        var counter = series.Items[0].Kind == MetricKind.Counter;
        var unit = Unit(series.Items[0]) + (counter ? "/s" : "");
        var findings = new List<(Finding Finding, double PValue)>(series.Items.Count);
        foreach (var line in await LinesAsync(selector, counter, request, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TrendCalculator.Estimate(SeriesPoints.From(line.Times, line.Values)) is { } trend)
                findings.Add((Finding(line, unit, trend, request), trend.PValue));
        }

        return [.. findings.OrderBy(f => f.PValue).ThenBy(f => f.Finding.Id, StringComparer.Ordinal).Select(f => f.Finding)];
    }

    // By OpenTelemetry's conventions a utilization is a part of one, also where the protocol carried no unit.
    private static string Unit(SeriesInfo series) => series.Unit.Length == 0 && series.Metric.EndsWith(".utilization", StringComparison.Ordinal) ? "1" : series.Unit;

    private async Task<IReadOnlyList<RangeSeries>> LinesAsync(SeriesSelector selector, bool counter, FindingRequest request, CancellationToken cancellationToken)
    {
        var seconds = Math.Max(1, Math.Ceiling((request.To - request.From).TotalSeconds / TrendCalculator.MostPoints));
        var answer = await queries.QueryAsync(
            new RangeQuery
            {
                Selector = selector,
                From = request.From,
                To = request.To,
                Step = TimeSpan.FromSeconds(seconds),
                Aggregation = Aggregation.Avg,
                Function = counter ? SeriesFunction.Rate : null,
            },
            cancellationToken);
        return answer.Series;
    }

    private static Finding Finding(RangeSeries line, string unit, TrendEstimate trend, FindingRequest request)
    {
        var subject = line.Labels.ToDictionary(l => l.Name, l => l.Value);
        if (line.Labels[UseSignals.Host] is { } host) subject["host"] = host;
        subject["metric"] = line.Metric;
        return new Finding
        {
            Id = FindingBuilder.Id(FindingKind.Trend, subject, request),
            Kind = FindingKind.Trend,
            Subject = subject,
            From = request.From,
            To = request.To,
            Severity = Severity.Info,
            Confidence = 1 - trend.PValue,
            Summary = TrendSentence.Of(line.Metric, line.Labels, unit, trend),
            Method = "theil-sen",
            Evidence =
            [
                FindingBuilder.Evidence(line.Metric, line.Labels,
                    ("slopePerHour", trend.SlopePerHour), ("slopeLow", trend.SlopeLow), ("slopeHigh", trend.SlopeHigh), ("pValue", trend.PValue), ("tau", trend.Tau),
                    ("start", trend.Start), ("end", trend.End), ("points", trend.Points), ("effectivePoints", trend.EffectivePoints)),
            ],
            Data = FindingBuilder.Data(new TrendData(trend.Direction.ToString().ToLowerInvariant(), unit, trend.SlopePerHour, trend.Change)),
        };
    }
}

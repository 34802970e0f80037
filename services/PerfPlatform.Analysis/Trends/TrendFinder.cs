using PerfPlatform.Analysis.Findings;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Trends;

/// <summary>The trends of the series of a metric, or of a signal of all hosts; the clearest first.</summary>
public sealed class TrendFinder(IMetricQueries queries) : IFinder
{
    /// <summary>The most series looked at for one question.</summary>
    public const int MostSeries = 100;

    private const string HostLabel = "host.name";
    private readonly HostSignalReader _signals = new(queries);

    /// <inheritdoc />
    public FindingKind Kind => FindingKind.Trend;

    /// <inheritdoc />
    public TimeSpan DefaultPeriod => TimeSpan.FromHours(1);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Finding>> FindAsync(FindingRequest request, CancellationToken cancellationToken)
    {
        if (request.Metric is null) throw new QueryException("Trends need a metric: add ?metric=, for example metric=system.memory.utilization.");
        var series = await SelectedSeries.OfAsync(queries, request, MostSeries, cancellationToken);
        if (series.Count == 0) return [];

        var findings = new List<(Finding Finding, double PValue)>(series.Count);
        foreach (var line in await LinesAsync(series, request, cancellationToken))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TrendCalculator.Estimate(SeriesPoints.From(line.Times, line.Values)) is not { } trend) continue;
            var host = line.Labels[HostLabel] ?? request.Host;
            findings.Add((Finding(line.Metric, line.Labels, host, TrendSentence.Subject(line.Metric, line.Labels), series.Unit, trend, request), trend.PValue));
        }

        return Ordered(findings);
    }

    /// <summary>The trends of a signal of every host, whoever measures it.</summary>
    public async Task<IReadOnlyList<Finding>> FindAsync(HostSignal signal, FindingRequest request, CancellationToken cancellationToken)
    {
        var question = new HostQuestion
        {
            Signal = signal,
            Host = request.Host,
            Match = request.Match,
            From = request.From,
            To = request.To,
            Step = Step(request),
            ByDevice = signal == HostSignal.Filesystem,
        };
        var answer = await _signals.ReadAsync(question, cancellationToken);
        long[] times = [.. answer.Times];
        var findings = new List<(Finding Finding, double PValue)>(answer.Lines.Count);
        foreach (var line in answer.Lines)
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (TrendCalculator.Estimate(SeriesPoints.From(times, [.. line.Values.Select(v => double.IsFinite(v) ? v : (double?)null)])) is not { } trend) continue;
            var subject = TrendSentence.Subject(signal, line.Device, line.Host);
            findings.Add((Finding(line.Source.Plus[0].Metric, line.Labels, line.Host, subject, HostSignals.Unit(signal), trend, request), trend.PValue));
        }

        return Ordered(findings);
    }

    private static IReadOnlyList<Finding> Ordered(List<(Finding Finding, double PValue)> findings) =>
        [.. findings.OrderBy(f => f.PValue).ThenBy(f => f.Finding.Id, StringComparer.Ordinal).Select(f => f.Finding)];

    private static TimeSpan Step(FindingRequest request) => TimeSpan.FromSeconds(Math.Max(1, Math.Ceiling((request.To - request.From).TotalSeconds / TrendCalculator.MostPoints)));

    private async Task<IReadOnlyList<RangeSeries>> LinesAsync(SelectedSeries series, FindingRequest request, CancellationToken cancellationToken)
    {
        var answer = await queries.QueryAsync(
            new RangeQuery
            {
                Selector = series.Selector,
                From = request.From,
                To = request.To,
                Step = Step(request),
                Aggregation = Aggregation.Avg,
                Function = series.IsCounter ? SeriesFunction.Rate : null,
            },
            cancellationToken);
        return answer.Series;
    }

    private static Finding Finding(string metric, LabelSet labels, string? host, string what, string unit, TrendEstimate trend, FindingRequest request)
    {
        var subject = labels.ToDictionary(l => l.Name, l => l.Value);
        if (host is not null) subject["host"] = host;
        subject["metric"] = metric;
        return new Finding
        {
            Id = FindingBuilder.Id(FindingKind.Trend, subject, request),
            Kind = FindingKind.Trend,
            Subject = subject,
            From = request.From,
            To = request.To,
            Severity = Severity.Info,
            Confidence = 1 - trend.PValue,
            Summary = TrendSentence.Of(what, unit, trend),
            Method = "theil-sen",
            Evidence =
            [
                FindingBuilder.Evidence(metric, labels,
                    ("slopePerHour", trend.SlopePerHour), ("slopeLow", trend.SlopeLow), ("slopeHigh", trend.SlopeHigh), ("pValue", trend.PValue), ("tau", trend.Tau),
                    ("start", trend.Start), ("end", trend.End), ("points", trend.Points), ("effectivePoints", trend.EffectivePoints)),
            ],
            Data = FindingBuilder.Data(new TrendData(trend.Direction.ToString().ToLowerInvariant(), unit, trend.SlopePerHour, trend.Change)),
        };
    }
}

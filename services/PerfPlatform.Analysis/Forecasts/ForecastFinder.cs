using PerfPlatform.Analysis.Findings;
using PerfPlatform.Analysis.Trends;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Forecasts;

/// <summary>What comes next of the series of a metric; what fills up first, first.</summary>
public sealed class ForecastFinder(IMetricQueries queries) : IFinder
{
    /// <summary>The most series looked at for one question.</summary>
    public const int MostSeries = 20;

    // As many steps of history as a week has at half an hour, four times.
    private const int MostHistory = 1440;
    private const double Full = 0.95;
    private static readonly TimeSpan Usual = TimeSpan.FromDays(1);

    /// <inheritdoc />
    public FindingKind Kind => FindingKind.Forecast;

    /// <inheritdoc />
    public TimeSpan DefaultPeriod => TimeSpan.FromDays(390);

    /// <inheritdoc />
    public async Task<IReadOnlyList<Finding>> FindAsync(FindingRequest request, CancellationToken cancellationToken)
    {
        if (request.Metric is null) throw new QueryException("Forecasts need a metric: add ?metric=, for example metric=system.memory.utilization.");
        var length = request.Horizon ?? Usual;
        if (length < ForecastHorizon.Shortest || length > ForecastHorizon.Longest) throw new QueryException("'horizon' is from 10m to 30d.");
        var series = await SelectedSeries.OfAsync(queries, request, MostSeries, cancellationToken);
        if (series.Count == 0) return [];

        var asked = ForecastHorizon.Of(length);
        var lines = await LinesAsync(series, request, asked, cancellationToken);
        var found = Found(lines, asked, asked, series, request, cancellationToken);

        // What has been there for less than the horizon is looked at more closely, and as far ahead as it goes back.
        var late = lines.Where(line => !found.Any(f => f.Line.Labels.Equals(line.Labels)) && ForecastHistories.First(line.Values) >= 0).ToList();
        if (late.Count > 0)
        {
            var since = late.Min(line => line.Times[ForecastHistories.First(line.Values)]);
            var span = End(request, asked.Step) - DateTimeOffset.FromUnixTimeMilliseconds(since);
            if (span >= ForecastHorizon.Shortest && span < asked.Length * 2)
            {
                var shorter = ForecastHorizon.Of(span < asked.Length ? span : asked.Length / 2);
                var again = await LinesAsync(series, request, shorter, cancellationToken);
                found.AddRange(Found([.. again.Where(line => late.Any(l => l.Labels.Equals(line.Labels)))], shorter, asked, series, request, cancellationToken));
            }
        }

        return [.. found.OrderBy(f => f.Data.Reaches?.Expected ?? DateTimeOffset.MaxValue).ThenBy(f => f.Finding.Id, StringComparer.Ordinal).Select(f => f.Finding)];
    }

    private static List<(RangeSeries Line, Finding Finding, ForecastData Data)> Found(
        IReadOnlyList<RangeSeries> lines, ForecastHorizon horizon, ForecastHorizon asked, SelectedSeries series, FindingRequest request, CancellationToken cancellationToken)
    {
        var found = new List<(RangeSeries Line, Finding Finding, ForecastData Data)>(lines.Count);
        foreach (var line in lines)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var first = ForecastHistories.First(line.Values);
            if (first < 0) continue;
            var seasons = Seasons.Of(line.Values.Count - first, horizon.Step);
            if (ForecastHistories.Filled(line.Values, seasons.Short) is not { } history) continue;
            if (seasons.Short == 0) seasons = new Seasons(Periods.Of(history), 0);
            if (ForecastCalculator.Estimate(history, seasons, Math.Min(horizon.Count, history.Length)) is not { } estimate || history.Length < horizon.Count) continue;
            Bound(estimate, history, IsShare(line.Metric, series.Unit));
            var data = Data(line, first, estimate, horizon, IsShare(line.Metric, series.Unit), series.Unit);
            found.Add((line, Finding(line, history[^1], asked, data, request), data));
        }

        return found;
    }

    private async Task<IReadOnlyList<RangeSeries>> LinesAsync(SelectedSeries series, FindingRequest request, ForecastHorizon horizon, CancellationToken cancellationToken)
    {
        var end = End(request, horizon.Step);
        var start = end - (MostHistory * horizon.Step);
        if (start < request.From) start = request.From;
        if (start >= end) return [];
        var answer = await queries.QueryAsync(
            new RangeQuery
            {
                Selector = series.Selector,
                From = start,
                To = end,
                Step = horizon.Step,
                Aggregation = Aggregation.Avg,
                Function = series.IsCounter ? SeriesFunction.Rate : null,
            },
            cancellationToken);
        return answer.Series;
    }

    // A step that is not over has not all its samples.
    private static DateTimeOffset End(FindingRequest request, TimeSpan step)
    {
        var to = request.To.ToUnixTimeMilliseconds();
        return DateTimeOffset.FromUnixTimeMilliseconds(to - (to % (long)step.TotalMilliseconds));
    }

    private static bool IsShare(string metric, string unit) => unit == "1" && (metric.EndsWith("utilization", StringComparison.Ordinal) || metric.EndsWith("ratio", StringComparison.Ordinal));

    // What has never been below nothing will not be, and a share is no more than all.
    private static void Bound(ForecastEstimate estimate, double[] history, bool isShare)
    {
        var low = history.Min() >= 0 ? 0 : double.MinValue;
        var high = isShare && history.Max() <= 1 ? 1 : double.MaxValue;
        foreach (var column in new[] { estimate.Values, estimate.Low, estimate.High })
        {
            foreach (ref var value in column.AsSpan()) value = Math.Clamp(value, low, high);
        }
    }

    private static ForecastData Data(RangeSeries line, int first, ForecastEstimate estimate, ForecastHorizon horizon, bool isShare, string unit)
    {
        var step = (long)horizon.Step.TotalMilliseconds;
        var times = Enumerable.Range(1, estimate.Values.Length).Select(k => line.Times[^1] + (k * step)).ToArray();
        var shown = Math.Max(first, line.Times.Count - (2 * estimate.Values.Length));
        return new ForecastData(
            unit,
            step,
            new ForecastHistory(DateTimeOffset.FromUnixTimeMilliseconds(line.Times[first]), [.. line.Times.Skip(shown)], [.. line.Values.Skip(shown)]),
            new ForecastPoints(times, estimate.Values, estimate.Low, estimate.High),
            [.. estimate.Models.Select(m => new ForecastShare(m.Name, m.Share))],
            estimate.Error,
            isShare ? Reach(times, estimate) : null);
    }

    private static ForecastReach? Reach(long[] times, ForecastEstimate estimate)
    {
        if (First(estimate.Values) is not { } expected || expected == 0) return null;
        return new ForecastReach(Full, At(expected), At(First(estimate.High) ?? expected), First(estimate.Low) is { } latest ? At(latest) : null);

        DateTimeOffset At(int k) => DateTimeOffset.FromUnixTimeMilliseconds(times[k]);

        static int? First(double[] values) => Array.FindIndex(values, v => v >= Full) is >= 0 and var at ? at : null;
    }

    private static Finding Finding(RangeSeries line, double now, ForecastHorizon asked, ForecastData data, FindingRequest request)
    {
        var subject = line.Labels.ToDictionary(l => l.Name, l => l.Value);
        if ((line.Labels["host.name"] ?? request.Host) is { } host) subject["host"] = host;
        subject["metric"] = line.Metric;
        return new Finding
        {
            Id = FindingBuilder.Id(FindingKind.Forecast, subject, request),
            Kind = FindingKind.Forecast,
            Subject = subject,
            From = data.History.Since,
            To = request.To,
            Severity = data.Reaches is null ? Severity.Info : Severity.Warning,
            Confidence = 0.95,
            Summary = ForecastSentence.Of(TrendSentence.Subject(line.Metric, line.Labels), now, asked, data),
            Method = "combination of models by rolling origins",
            Evidence =
            [
                FindingBuilder.Evidence(line.Metric, line.Labels,
                    ("now", now), ("expected", data.Expected.Values[^1]), ("low", data.Expected.Low[^1]), ("high", data.Expected.High[^1]), ("meanAbsoluteError", data.Error)),
            ],
            Data = FindingBuilder.Data(data),
        };
    }
}

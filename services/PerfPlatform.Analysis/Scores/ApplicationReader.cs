using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Scores;

/// <summary>Reads rate, errors and duration of applications from the metrics <c>processing.documents</c> and <c>processing.duration</c>.</summary>
public sealed class ApplicationReader(IMetricQueries queries)
{
    /// <summary>The label that names an application.</summary>
    public const string Service = "service.name";

    private const string Failed = "outcome~(?i)error|errors|failed|failure|timeout|rejected";

    /// <summary>The applications that did something in the period, by name.</summary>
    public async Task<IReadOnlyList<ApplicationReadings>> ReadAsync(FindingRequest request, CancellationToken cancellationToken)
    {
        var before = request with { From = request.From - (request.To - request.From), To = request.From };
        var rates = await RatesAsync("processing.documents", null, request, cancellationToken);
        if (rates.Count == 0) return [];
        var failed = await RatesAsync("processing.documents", Failed, request, cancellationToken);
        var durations = await DurationsAsync(request, cancellationToken);
        var durationsBefore = await DurationsAsync(before, cancellationToken);
        return
        [
            .. rates.Where(r => r.Value.Mean > 0).OrderBy(r => r.Key, StringComparer.Ordinal).Select(r => new ApplicationReadings(
                r.Key, LabelSet.Of((Service, r.Key)), r.Value.Mean, failed.GetValueOrDefault(r.Key).Mean,
                durations.GetValueOrDefault(r.Key, double.NaN), durationsBefore.GetValueOrDefault(r.Key, double.NaN), r.Value.Steps)),
        ];
    }

    private async Task<Dictionary<string, double>> DurationsAsync(FindingRequest request, CancellationToken cancellationToken)
    {
        var sums = await RatesAsync("processing.duration_sum", null, request, cancellationToken);
        var counts = await RatesAsync("processing.duration_count", null, request, cancellationToken);
        return sums.Where(s => counts.GetValueOrDefault(s.Key).Mean > 0).ToDictionary(s => s.Key, s => s.Value.Mean / counts[s.Key].Mean);
    }

    // Per second, the mean over the steps that had data; one line an application, so bounded by the number of applications.
    private async Task<Dictionary<string, (double Mean, int Steps)>> RatesAsync(string metric, string? match, FindingRequest request, CancellationToken cancellationToken)
    {
        var filters = match is null ? request.Match : [.. request.Match, LabelMatcher.Parse(match)];
        var result = await queries.QueryAsync(
            new RangeQuery
            {
                Selector = new SeriesSelector(metric, filters),
                From = request.From,
                To = request.To,
                Step = TimeSpan.FromSeconds(Math.Max(10, Math.Ceiling((request.To - request.From).TotalSeconds / 60))),
                Aggregation = Aggregation.Avg,
                Function = SeriesFunction.Rate,
                By = [Service],
                Reduction = Reduction.Sum,
            },
            cancellationToken);
        var rates = new Dictionary<string, (double Mean, int Steps)>();
        foreach (var series in result.Series)
        {
            var values = series.Values.Where(v => v is { } x && double.IsFinite(x)).Select(v => v!.Value).ToArray();
            if (values.Length > 0) rates[series.Labels[Service] ?? ""] = (values.Average(), values.Length);
        }

        return rates;
    }
}

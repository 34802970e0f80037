using PerfPlatform.Alerting.Evaluation;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.History;

/// <summary>Reads what rules need from the metric store and hands it to an engine.</summary>
public sealed class StoredSamples(IMetricQueries queries)
{
    /// <summary>The series of a rule, its divisor's and the buckets of histograms among them, from some time on.</summary>
    /// <returns>The lines, and the width of their buckets in milliseconds, 0 for raw samples.</returns>
    public async Task<(IReadOnlyList<RangeSeries> Series, long StepMs)> ReadAsync(CompiledRule rule, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        var all = new List<RangeSeries>();
        var widest = 0L;
        foreach (var selector in rule.Selectors)
        {
            var (series, step) = await ReadAsync(selector, from, to, cancellationToken);
            all.AddRange(series);
            widest = Math.Max(widest, step);
        }

        return (all, widest);
    }

    /// <summary>The newest sample of each series that a rule watches: it is how an absent rule knows whom to miss.</summary>
    public async Task<IReadOnlyList<LatestValue>> LatestAsync(CompiledRule rule, int most, CancellationToken cancellationToken)
    {
        var all = new List<LatestValue>();
        string? cursor = null;
        do
        {
            var page = await queries.LatestAsync(rule.Measured.Series, 1000, cursor, cancellationToken);
            all.AddRange(page.Items);
            cursor = page.NextCursor;
        }
        while (cursor is not null && all.Count < most);
        return all;
    }

    // What is missing would be taken for silence: it is asked for again.
    private static RangeResult Whole(RangeResult answer) => answer.Warnings is { Count: > 0 } missing ? throw new HttpRequestException(missing[0]) : answer;

    // Raw samples judge exactly as live ones; where they are too many, buckets of a size that the query API allows.
    private async Task<(IReadOnlyList<RangeSeries> Series, long StepMs)> ReadAsync(SeriesSelector selector, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        try
        {
            return (Whole(await queries.QueryAsync(new RangeQuery { Selector = selector, From = from, To = to }, cancellationToken)).Series, 0);
        }
        catch (QueryException)
        {
            var step = TimeSpan.FromSeconds(Math.Max(10, Math.Ceiling((to - from).TotalSeconds / 1000)));
            var answer = Whole(await queries.QueryAsync(new RangeQuery { Selector = selector, From = from, To = to, Step = step }, cancellationToken));
            return (answer.Series, answer.StepMs);
        }
    }
}

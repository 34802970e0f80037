using PerfPlatform.Alerting.Rules;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Alerting.History;

/// <summary>Says when a rule asks what its metric cannot answer, as far as the store knows the metric.</summary>
public sealed class MetricFit(IMetricQueries queries)
{
    /// <summary>What is wrong, or null. A metric that is not there yet, and a store that does not answer, refuse no rule.</summary>
    public async Task<string?> CheckAsync(RuleDefinition rule, CancellationToken cancellationToken)
    {
        try
        {
            return await CheckAsync("metric", rule.Metric, rule, cancellationToken) ?? (rule.DivideBy is { } divisor ? await CheckAsync("divideBy", divisor, rule, cancellationToken) : null);
        }
        catch (Exception) when (!cancellationToken.IsCancellationRequested)
        {
            return null;
        }
    }

    private async Task<string?> CheckAsync(string field, string metric, RuleDefinition rule, CancellationToken cancellationToken)
    {
        var isHistogram = await IsHistogramAsync(metric, cancellationToken);
        var isPercentile = rule.Agg is RuleAggregation.P50 or RuleAggregation.P95 or RuleAggregation.P99;
        if (!isHistogram)
        {
            var isSummed = isPercentile && rule is { Reduce: Reduction.Sum, By: not null } && await IsThereAsync(new SeriesSelector(metric, []), cancellationToken);
            return isSummed ? "'reduce': a sum of percentiles says nothing: write max, avg or min, or leave it out." : null;
        }

        if (rule.Kind == RuleKind.Absent) return metric.EndsWith(HistogramQuantile.Suffix, StringComparison.Ordinal) ? null : $"'{field}': {metric} is a histogram, whose series are {metric}_bucket, {metric}_count and {metric}_sum: watch {metric}_count.";
        if (isPercentile) return rule.Fn is null ? null : $"'fn': {metric} is a histogram, whose percentiles come from the growth of its buckets: leave 'fn' out.";
        return metric.EndsWith(HistogramQuantile.Suffix, StringComparison.Ordinal) ? null : $"'{field}': {metric} is a histogram: 'agg' p50, p95 or p99 is its percentile; for anything else watch {metric}_count, {metric}_sum or {metric}_bucket.";
    }

    /// <summary>As a query tells it: buckets are there, and the metric itself is none.</summary>
    private async Task<bool> IsHistogramAsync(string metric, CancellationToken cancellationToken)
    {
        var isBucket = metric.EndsWith(HistogramQuantile.Suffix, StringComparison.Ordinal);
        if (!isBucket && await IsThereAsync(new SeriesSelector(metric, []), cancellationToken)) return false;
        return await IsThereAsync(SeriesSelector.Of(isBucket ? metric : metric + HistogramQuantile.Suffix, HistogramQuantile.Bound + "!="), cancellationToken);
    }

    private async Task<bool> IsThereAsync(SeriesSelector selector, CancellationToken cancellationToken) =>
        (await queries.SeriesAsync(selector, 1, null, cancellationToken)).Items.Count > 0;
}

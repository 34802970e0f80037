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
        var isPercentile = rule.Agg is RuleAggregation.P50 or RuleAggregation.P95 or RuleAggregation.P99 && rule.Fn is null;
        if ((isPercentile && rule.Kind == RuleKind.Threshold) || await IsThereAsync(metric, cancellationToken) || !await IsThereAsync(metric + HistogramQuantile.Suffix, cancellationToken)) return null;
        return rule.Kind == RuleKind.Absent
            ? $"'{field}': {metric} is a histogram, whose series are {metric}_bucket, {metric}_count and {metric}_sum: watch {metric}_count."
            : $"'{field}': {metric} is a histogram: 'agg' p50, p95 or p99 without 'fn' is its percentile; for anything else watch {metric}_count, {metric}_sum or {metric}_bucket.";
    }

    private async Task<bool> IsThereAsync(string metric, CancellationToken cancellationToken) =>
        (await queries.SeriesAsync(new SeriesSelector(metric, []), 1, null, cancellationToken)).Items.Count > 0;
}

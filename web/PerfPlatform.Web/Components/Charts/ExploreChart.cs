using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Web.Components.Charts;

/// <summary>What Explore draws. Where the address leaves something open, it is what says most of such a metric: a counter's rate, a histogram's 95th percentile.</summary>
/// <param name="Query">What is asked.</param>
/// <param name="Format">How the values are written.</param>
/// <param name="Sub">What the values are, in words; null where the metric's name says it.</param>
internal sealed record ExploreChart(ChartQuery Query, string Format, string? Sub)
{
    public static ExploreChart Of(ExploreAddress address, MetricKind kind, string unit, bool isHistogram)
    {
        var agg = Value(address.Agg) ?? (isHistogram ? "p95" : null);
        var isPercentile = isHistogram && agg is ['p', ..];
        var fn = Value(address.Fn) ?? (kind == MetricKind.Counter && !isPercentile ? "rate" : null);
        if (fn == ExploreAddress.None) fn = null;
        // The growth in a step is all of it, not its mean from sample to sample.
        if (fn is "increase" or "delta") agg ??= "sum";
        var query = new ChartQuery(address.Metric, address.Match)
        {
            Fn = fn,
            Agg = agg,
            Reduce = Value(address.Reduce),
            By = Value(address.By)?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries),
        };
        return new ExploreChart(query, MetricFormat.Of(address.Metric, unit, fn, agg), Words(fn, agg));
    }

    private static string? Words(string? fn, string? agg)
    {
        var growth = fn switch { "rate" => "per second", "increase" => "growth in each step", "delta" => "change in each step", _ => null };
        var within = agg switch
        {
            "p50" or "p95" or "p99" => agg[1..] + "th percentile",
            "count" => "samples in each step",
            "sum" when growth is null => "sum of the samples in each step",
            "min" => "least in each step",
            "max" => "greatest in each step",
            _ => null,
        };
        return growth is null || within is null ? growth ?? within : $"{growth}, {within}";
    }

    private static string? Value(string? text) => string.IsNullOrEmpty(text) ? null : text;
}

using PerfPlatform.Analysis.Queries;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Queries;

/// <summary>Percentiles out of buckets, as Prometheus tells them.</summary>
public sealed class HistogramPercentilesTests
{
    private const double Inf = double.PositiveInfinity;

    // Expected values follow from the rule of histogram_quantile by hand.
    [Theory]
    [InlineData(0.5, new[] { 0.1, 0.2, Inf }, new[] { 5.0, 7, 12 }, 0.15)]
    [InlineData(0.2, new[] { 0.1, 0.2, Inf }, new[] { 5.0, 7, 12 }, 0.048)]
    [InlineData(0.8, new[] { 0.1, 0.2, Inf }, new[] { 5.0, 7, 12 }, 0.2)]
    [InlineData(0.25, new[] { -0.2, -0.1, 0.3, Inf }, new[] { 1.0, 2, 4, 4 }, -0.2)]
    [InlineData(0.5, new[] { -0.2, -0.1, 0.3, Inf }, new[] { 1.0, 2, 4, 4 }, -0.1)]
    [InlineData(0.75, new[] { 0.1, 0.2, Inf }, new[] { 4.0, 3, 4 }, 0.075)]
    [InlineData(0.5, new[] { 0.1, 0.2 }, new[] { 5.0, 7 }, double.NaN)]
    [InlineData(0.5, new[] { Inf }, new[] { 5.0 }, double.NaN)]
    [InlineData(0.5, new[] { 0.1, Inf }, new[] { 0.0, 0 }, double.NaN)]
    public void Of_Buckets_IsThatOfPrometheus(double quantile, double[] bounds, double[] counts, double expected) =>
        Assert.Equal(expected, HistogramQuantile.Of(quantile, bounds, counts), 12);

    [Theory]
    [InlineData("latency", "latency_bucket")]
    [InlineData("latency_bucket", "latency_bucket")]
    [InlineData("load", null)]
    [InlineData("unknown", null)]
    public void Buckets_OfAMetric_AreAskedForWhereItIsAHistogram(string metric, string? expected)
    {
        var query = Query(metric, Aggregation.P95, null, null);

        Assert.Equal(expected, HistogramPercentiles.Buckets(query, Registry())?.Selector.Metric);
        Assert.Null(HistogramPercentiles.Buckets(query with { Aggregation = Aggregation.Avg }, Registry()));
    }

    [Fact]
    public void Buckets_OfJoinedSeries_AreAddedByBound()
    {
        var buckets = HistogramPercentiles.Buckets(Query("latency", Aggregation.P95, ["host"], null), Registry())!;

        Assert.Equal((Aggregation.Sum, SeriesFunction.Increase, Reduction.Sum), (buckets.Aggregation, buckets.Function, buckets.Reduction));
        Assert.Equal(["host", "le"], buckets.By!);
        var each = HistogramPercentiles.Buckets(Query("latency", Aggregation.P95, ["host"], Reduction.Max), Registry())!;
        Assert.Equal((null, null), (each.By, each.Reduction));
    }

    [Theory]
    [InlineData("latency", SeriesFunction.Rate)]
    [InlineData("latency_bucket", SeriesFunction.Increase)]
    public void Buckets_WithAFunction_SaysToLeaveItOut(string metric, SeriesFunction function) =>
        Assert.Throws<QueryException>(() => HistogramPercentiles.Buckets(Query(metric, Aggregation.P95, null, null) with { Function = function }, Registry()));

    // The medians are 0.5 and 0.75 of a second; where only one has counted it is that one.
    [Theory]
    [InlineData(Reduction.Max, 0.75)]
    [InlineData(Reduction.Min, 0.5)]
    [InlineData(Reduction.Avg, 0.625)]
    public void Lines_WithAnotherReductionThanSum_JoinThePercentilesOfEach(Reduction reduction, double expected)
    {
        static RangeSeries Bucket(string host, string le, params double?[] values) => new("latency_bucket", LabelSet.Of(("host", host), ("le", le)), [0L, 10, 20], values);

        var line = Assert.Single(HistogramPercentiles.Lines(
            Query("latency", Aggregation.P50, [], reduction),
            [Bucket("a", "1", 2, 2, null), Bucket("a", "+Inf", 2, 2, null), Bucket("b", "0.5", 0, null, null), Bucket("b", "1", 2, null, null), Bucket("b", "+Inf", 2, null, null)]));

        Assert.Equal([expected, 0.5, null], line.Values);
        Assert.Equal(LabelSet.Empty, line.Labels);
    }

    [Theory]
    [InlineData("load", null, null, "By", MetricKind.Gauge)]
    [InlineData("load", Aggregation.Count, null, "1", MetricKind.Gauge)]
    [InlineData("cpu", Aggregation.Last, null, "s", MetricKind.Counter)]
    [InlineData("cpu", null, SeriesFunction.Rate, "1", MetricKind.Gauge)]
    [InlineData("cpu", null, SeriesFunction.Increase, "s", MetricKind.Gauge)]
    [InlineData("load", null, SeriesFunction.Rate, "By/s", MetricKind.Gauge)]
    public void AnswerUnit_AfterFunctionAndAggregation_IsThatOfTheValues(string metric, Aggregation? aggregation, SeriesFunction? function, string unit, MetricKind kind) => Assert.Equal(
        (unit, kind),
        AnswerUnit.Of(
            Query(metric, Aggregation.Avg, null, null) with { Aggregation = aggregation, Function = function },
            new SeriesEntry(1, default, metric, LabelSet.Empty, metric == "cpu" ? "s" : "By", metric == "cpu" ? MetricKind.Counter : MetricKind.Gauge)));

    [Fact]
    public void Lines_OfBuckets_AreOneForEachHistogramWithGapsWhereNothingWasCounted()
    {
        static RangeSeries Bucket(string host, string le, params double?[] values) => new("latency_bucket", LabelSet.Of(("host", host), ("le", le)), [0L, 10, 20], values);

        var lines = HistogramPercentiles.Lines(
            Query("latency", Aggregation.P50, null, null),
            [Bucket("a", "+Inf", 12, null, 4), Bucket("a", "0.1", 5, null, 4), Bucket("a", "0.2", 7, null, 4), Bucket("b", "1", null, 1, null), Bucket("b", "+Inf", null, 2, null), Bucket("c", "1", 1, 1, 1)]);

        Assert.Equal(["a", "b"], lines.Select(l => l.Labels["host"]));
        Assert.All(lines, line => Assert.Equal("latency", line.Metric));
        Assert.Equal([0.15, null, 0.05], lines[0].Values.Select(v => v is { } x ? Math.Round(x, 9) : (double?)null));
        Assert.Equal([null, 1, null], lines[1].Values);
    }

    private static RangeQuery Query(string metric, Aggregation aggregation, string[]? by, Reduction? reduction) => new()
    {
        Selector = SeriesSelector.Of(metric),
        From = DateTimeOffset.UnixEpoch,
        To = DateTimeOffset.UnixEpoch.AddSeconds(30),
        Step = TimeSpan.FromSeconds(10),
        Aggregation = aggregation,
        By = by,
        Reduction = reduction,
    };

    private static SeriesRegistry Registry()
    {
        var registry = new SeriesRegistry();
        registry.Add(new[] { ("latency_bucket", LabelSet.Of(("le", "1"))), ("latency_count", LabelSet.Empty), ("load", LabelSet.Empty), ("load_bucket", LabelSet.Of(("le", "1"))) }
            .Select((s, i) => new SeriesEntry(i + 1, SeriesDescriptor.Of(s.Item1, s.Item2).Fingerprint, s.Item1, s.Item2, "", MetricKind.Counter)));
        return registry;
    }
}

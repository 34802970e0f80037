using PerfPlatform.Contracts.Series;
using PerfPlatform.Web.Components.Charts;
using Xunit;

namespace PerfPlatform.Tests.Web;

/// <summary>What Explore draws for what its address says.</summary>
public sealed class ExploreChartTests
{
    [Theory]
    [InlineData(null)] // a link
    [InlineData("")] // the form
    public void Counter_WithoutAFunction_IsItsRate(string? fn)
    {
        var chart = ExploreChart.Of(new ExploreAddress("http.requests", []) { Fn = fn }, MetricKind.Counter, "{request}", isHistogram: false);
        Assert.Equal(("rate", "rate", "per second"), (chart.Query.Fn, chart.Format, chart.Sub));
    }

    [Fact]
    public void Counter_WithNone_IsAsItCame() =>
        Assert.Null(ExploreChart.Of(new ExploreAddress("http.requests", []) { Fn = "none" }, MetricKind.Counter, "", isHistogram: false).Query.Fn);

    [Theory]
    [InlineData("processing.duration", null, "p95")]
    [InlineData("processing.duration", "p50", "p50")]
    [InlineData("processing.duration_bucket", "p99", "p99")]
    public void Histogram_IsAPercentileInTheUnitOfWhatWasMeasured(string metric, string? agg, string asked)
    {
        var chart = ExploreChart.Of(new ExploreAddress(metric, []) { Agg = agg }, MetricKind.Counter, "s", isHistogram: true);
        Assert.Equal((asked, null, "seconds"), (chart.Query.Agg, chart.Query.Fn, chart.Format));
    }

    [Fact]
    public void Increase_InAStep_IsAllOfIt()
    {
        var chart = ExploreChart.Of(new ExploreAddress("io", []) { Fn = "increase" }, MetricKind.Counter, "By", isHistogram: false);
        Assert.Equal(("sum", "bytes", "growth in each step"), (chart.Query.Agg, chart.Format, chart.Sub));
    }

    [Fact]
    public void By_IsAListOfLabels() =>
        Assert.Equal(["a", "b"], ExploreChart.Of(new ExploreAddress("m", []) { By = "a, b," }, MetricKind.Gauge, "", isHistogram: false).Query.By);

    [Fact]
    public void Address_WithALabel_KeepsEverything()
    {
        var address = new ExploreAddress("m", ["a=1", "b~x.*", "c!=&"]) { Fn = "rate", Agg = "max", By = "host.name", Reduce = "sum", From = "now-15m", To = "now" };
        Assert.Equal(
            "/explore?metric=m&match=a%3D1&match=b~x.%2A&match=c%21%3D%26&match=d%3D%20%3D&fn=rate&agg=max&by=host.name&reduce=sum&from=now-15m&to=now",
            address.With("d", " =").With("a", "1").ToString());
    }
}

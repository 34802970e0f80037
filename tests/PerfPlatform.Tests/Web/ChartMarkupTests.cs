using System.Text.Json;
using Bunit;
using PerfPlatform.Web.Components.Charts;
using PerfPlatform.Web.Components.Panels;
using PerfPlatform.Web.Hosts;
using Xunit;

namespace PerfPlatform.Tests.Web;

/// <summary>What the pages hand to the browser's side.</summary>
public sealed class ChartMarkupTests : BunitContext
{
    [Fact]
    public void Chart_Queries_AreJsonThatTheBrowserReads()
    {
        var chart = Render<Chart>(p => p
            .Add(c => c.Title, "Network")
            .Add(c => c.Format, "byterate")
            .Add(c => c.Queries, [new HostMetrics("we\"b").Rate("system.network.io", "network.interface.name", "network.io.direction=receive")]));
        var element = chart.Find("pp-chart");
        var query = JsonDocument.Parse(element.GetAttribute("queries")!).RootElement[0];
        Assert.Equal("system.network.io", query.GetProperty("metric").GetString());
        Assert.Equal(["host.name=we\"b", "network.io.direction=receive"], query.GetProperty("match").EnumerateArray().Select(m => m.GetString()));
        Assert.Equal("rate", query.GetProperty("fn").GetString());
        Assert.Equal("sum", query.GetProperty("reduce").GetString());
        Assert.False(query.TryGetProperty("agg", out _));
        Assert.Equal("byterate", element.GetAttribute("format"));
    }

    [Fact]
    public void Processing_Panel_HasTheFourNumbersAndAHint()
    {
        var panel = Render<ProcessingPanel>();
        Assert.Equal(["Throughput", "Average latency", "Error rate", "Queue"], panel.FindAll("dt").Select(d => d.TextContent));
        Assert.Equal(4, panel.FindAll("pp-number").Count);
        Assert.Contains("No application sends processing metrics yet", panel.Find(".hint").TextContent, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("system.cpu.utilization", "1", false, "percent")]
    [InlineData("system.cpu.load_average.1m", "1", false, "number")]
    [InlineData("system.memory.usage", "By", false, "bytes")]
    [InlineData("system.disk.io", "By", true, "byterate")]
    [InlineData("system.uptime", "s", false, "seconds")]
    [InlineData("system.process.count", "{process}", false, "count")]
    [InlineData("system.disk.operations", "{operation}", true, "rate")]
    public void MetricFormat_OfUnit_IsWhatAPersonReads(string metric, string unit, bool rate, string format) => Assert.Equal(format, MetricFormat.Of(metric, unit, rate));
}

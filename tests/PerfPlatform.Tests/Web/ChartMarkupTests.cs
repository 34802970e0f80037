using System.Text.Json;
using Bunit;
using PerfPlatform.Contracts.Hosts;
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
            .Add(c => c.Queries, [new HostMetrics("we\"b").Lines(HostSignal.Received)]));
        var element = chart.Find("pp-chart");
        var query = JsonDocument.Parse(element.GetAttribute("queries")!).RootElement[0];
        Assert.Equal("system.network.io", query.GetProperty("metric").GetString());
        Assert.Equal(["host.name=we\"b", "network.io.direction=receive"], query.GetProperty("match").EnumerateArray().Select(m => m.GetString()).Take(2));
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
    [InlineData("system.cpu.utilization", "1", null, null, "percent")]
    [InlineData("system.cpu.utilization", "1", null, "p95", "percent")]
    [InlineData("system.cpu.utilization", "1", null, "count", "count")]
    [InlineData("system.cpu.utilization", "1", null, "sum", "number")]
    [InlineData("system.cpu.load_average.1m", "1", null, null, "number")]
    [InlineData("system.memory.usage", "By", null, null, "bytes")]
    [InlineData("system.memory.usage", "By", null, "count", "count")]
    [InlineData("system.disk.io", "By", "rate", null, "byterate")]
    [InlineData("system.disk.io", "By", "increase", "sum", "bytes")]
    [InlineData("system.uptime", "s", null, null, "seconds")]
    [InlineData("system.process.count", "{process}", null, null, "count")]
    [InlineData("system.disk.operations", "{operation}", "rate", null, "rate")]
    public void MetricFormat_OfUnit_IsWhatAPersonReads(string metric, string unit, string? fn, string? agg, string format) => Assert.Equal(format, MetricFormat.Of(metric, unit, fn, agg));
}

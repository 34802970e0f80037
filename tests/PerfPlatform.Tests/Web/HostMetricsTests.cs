using System.Text.Json;
using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Web.Hosts;
using Xunit;

namespace PerfPlatform.Tests.Web;

public sealed class HostMetricsTests
{
    [Fact]
    public void Cpu_OfTheAgent_FollowsItsTotalAlone()
    {
        var spec = JsonDocument.Parse(new HostMetrics(new HostEntry("web-1", null, HostCollector.Agent.Name)).Cpu.ToString()).RootElement;

        Assert.Equal("system.cpu.utilization", spec.GetProperty("metric").GetString());
        var selector = SeriesSelector.Of("system.cpu.utilization", spec.GetProperty("match").EnumerateArray().Select(m => m.GetString()!));
        Assert.True(selector.Matches("system.cpu.utilization", LabelSet.Of(("host.name", "web-1"))));
        Assert.False(selector.Matches("system.cpu.utilization", LabelSet.Of(("host.name", "web-1"), ("cpu", "cpu0"), ("state", "idle"))));
        Assert.False(selector.Matches("system.cpu.utilization", LabelSet.Of(("host.name", "web-1"), ("cpu.mode", "idle"))));
    }

    [Fact]
    public void Received_OfTheAgent_AddsUpPhysicalInterfaces()
    {
        var spec = JsonDocument.Parse(new HostMetrics("web-1").Received.ToString()).RootElement;

        Assert.Equal(("rate", "sum"), (spec.GetProperty("fn").GetString(), spec.GetProperty("reduce").GetString()));
        Assert.Contains(RealDevices.Interfaces("network.interface.name"), spec.GetProperty("match").EnumerateArray().Select(m => m.GetString()));
    }

    [Fact]
    public void Cpu_OfAnotherCollector_IsAskedOfTheServer() =>
        Assert.Equal("""{"match":[],"host":"10.0.0.7:9100","signal":"cpu"}""", new HostMetrics(new HostEntry("10.0.0.7:9100", null, HostCollector.NodeExporter.Name)).Cpu.ToString());
}

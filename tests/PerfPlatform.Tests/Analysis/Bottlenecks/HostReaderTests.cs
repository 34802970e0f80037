using PerfPlatform.Analysis.Bottlenecks;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Tests.Contracts.Hosts;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Bottlenecks;

public sealed class HostReaderTests
{
    // The Collector's shares of a host that is 20 % busy once added up to 180 %: "180 % busy", a bottleneck that is none.
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Read_QuietHostOfTheCollector_HasNoBottleneck(bool optional)
    {
        var host = Assert.Single(await ReadAsync(CollectorSamples.OpenTelemetry(optional)));

        Assert.Equal(CollectorSamples.Web1, host.Host);
        Assert.Equal(0.2, Mean(host, ResourceKind.Cpu, null, UseAspect.Utilisation), 9);
        Assert.Equal(0.375, Mean(host, ResourceKind.Memory, null, UseAspect.Utilisation), 9);
        Assert.Null(ResourceJudge.Bottleneck(host));
    }

    [Fact]
    public async Task Read_StackOfDevices_IsTheDiskBelow() =>
        Assert.Equal(["nvme0n1"], (await ReadAsync(CollectorSamples.OpenTelemetry(optional: true)))[0].Resources.Where(r => r.Kind == ResourceKind.Disk).Select(r => r.Device));

    [Fact]
    public async Task Read_Telegraf_FilesystemsByTheirPathWithoutThoseInMemory() =>
        Assert.Equal(["/", "/srv"], (await ReadAsync(CollectorSamples.Telegraf()))[0].Resources.Where(r => r.Kind == ResourceKind.Filesystem).Select(r => r.Device).Order());

    [Fact]
    public async Task Read_BusyHostOfNodeExporter_IsHeldBackByItsProcessor()
    {
        var store = CollectorSamples.NodeExporter();
        var host = Assert.Single(await ReadAsync(store));

        Assert.Equal("10.0.0.7:9100", host.Host);
        Assert.Equal(ResourceKind.Cpu, ResourceJudge.Judge(host)[0].Readings.Kind);
        Assert.Equal("node_cpu_seconds_total", host.Resources.Single(r => r.Kind == ResourceKind.Cpu).Signals[0].Metric);
    }

    // These were asked for by names that nobody sends.
    [Fact]
    public async Task Read_PressureOfTheAgent_IsAWitness()
    {
        var store = new RecordedStore();
        for (var i = 0; i < 10; i++)
        {
            store.Add("system.pressure.average.10s", LabelSet.Of(("host.name", "web-1"), ("system.pressure.resource", "memory"), ("system.pressure.type", "some")), i * 1000, 0.15);
        }

        Assert.Equal(0.15, Mean(Assert.Single(await ReadAsync(store)), ResourceKind.Memory, null, UseAspect.Saturation), 9);
    }

    private static double Mean(HostReadings host, ResourceKind kind, string? device, UseAspect aspect) =>
        host.Resources.Single(r => r.Kind == kind && r.Device == device).Signals.First(s => s.Signal.Aspect == aspect).Mean;

    private static Task<IReadOnlyList<HostReadings>> ReadAsync(RecordedStore store) =>
        new HostReader(store).ReadAsync(new FindingRequest { From = store.First, To = store.Last.AddMilliseconds(1) }, TestContext.Current.CancellationToken);
}

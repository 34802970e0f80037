using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Contracts.Hosts;

public sealed class HostFinderTests
{
    [Fact]
    public async Task List_EachCollector_ItsHostByNameOnce()
    {
        Assert.Equal([("web-1", HostCollector.OpenTelemetry)], await HostsAsync(CollectorSamples.OpenTelemetry(optional: true)));
        Assert.Equal([("web-1", HostCollector.Telegraf)], await HostsAsync(CollectorSamples.Telegraf()));
        Assert.Equal([("web-1", HostCollector.Collectd)], await HostsAsync(CollectorSamples.Collectd()));
        Assert.Equal([("10.0.0.7:9100", HostCollector.NodeExporter)], await HostsAsync(CollectorSamples.NodeExporter()));
    }

    [Fact]
    public async Task List_MoreHostsThanAPageOfTheStoreHas_AreAllThere()
    {
        var store = new RecordedStore();
        for (var i = 0; i < 2500; i++) store.Add("system.cpu.utilization", LabelSet.Of(("host.name", $"web-{i}")), i * 1000, 0.5);

        var hosts = await new HostFinder(store).ListAsync(TestContext.Current.CancellationToken);

        Assert.Equal(2500, hosts.Count);
        Assert.Equal(DateTimeOffset.FromUnixTimeMilliseconds(7000), hosts.Single(h => h.Name == "web-7").LastSeen);
    }

    private static async Task<IEnumerable<(string, HostCollector)>> HostsAsync(RecordedStore store) =>
        (await new HostFinder(store).ListAsync(TestContext.Current.CancellationToken)).Select(h => (h.Name, h.Collector));
}

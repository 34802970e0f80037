using PerfPlatform.Analysis.Trends;
using PerfPlatform.Contracts.Findings;
using PerfPlatform.Contracts.Hosts;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Tests.Contracts.Hosts;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Trends;

public sealed class TrendFinderTests
{
    [Fact]
    public async Task Find_MemoryOfTheCollector_IsOneTrendOfWhatIsUsed()
    {
        var store = new RecordedStore();
        for (var i = 0; i < 360; i++)
        {
            var used = 0.4 + (0.0003 * i);
            store.Add("system.memory.utilization", LabelSet.Of(("host.name", "db-1"), ("state", "used")), i * 10_000, used);
            store.Add("system.memory.utilization", LabelSet.Of(("host.name", "db-1"), ("state", "free")), i * 10_000, 1 - used);
        }

        var trend = Assert.Single(await new TrendFinder(store).FindAsync(HostSignal.Memory, Period(store), TestContext.Current.CancellationToken));

        Assert.Equal("db-1", trend.Subject["host"]);
        Assert.StartsWith("Memory use of db-1 rises by 10.8 points an hour", trend.Summary, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Find_NodeExporter_IsNamedByItsTarget()
    {
        var store = new RecordedStore();
        for (var i = 0; i < 240; i++)
        {
            store.Add("node_memory_MemTotal_bytes", LabelSet.Of(("instance", "10.0.0.7:9100")), i * 15_000, 1e9);
            store.Add("node_memory_MemAvailable_bytes", LabelSet.Of(("instance", "10.0.0.7:9100")), i * 15_000, 8e8 - (1e6 * i));
        }

        var trend = Assert.Single(await new TrendFinder(store).FindAsync(HostSignal.Memory, Period(store), TestContext.Current.CancellationToken));

        Assert.StartsWith("Memory use of 10.0.0.7:9100 rises by", trend.Summary, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("system.memory.utilization", "state", "free", "system.memory.utilization (free) of web-1")]
    [InlineData("system.memory.utilization", "state", "used", "Memory use of web-1")]
    [InlineData("system.cpu.utilization", "cpu.mode", "idle", "system.cpu.utilization (idle) of web-1")]
    public void Subject_PartOfAMetric_IsNotCalledTheWhole(string metric, string label, string value, string expected) =>
        Assert.Equal(expected, TrendSentence.Subject(metric, LabelSet.Of(("host.name", "web-1"), (label, value))));

    private static FindingRequest Period(RecordedStore store) => new() { From = store.First, To = store.Last.AddMilliseconds(1) };
}

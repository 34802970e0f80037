using FsCheck.Xunit;
using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Registry;

/// <summary>The inverted index finds what a look at every series finds.</summary>
public sealed class SeriesRegistryTests
{
    private static readonly string[] Filters =
        ["host=h1", "host=h2", "host!=h1", "host~h[12]", "host!~h.*", "host=", "cpu=0", "cpu~.*", "absent=", "absent!=x", "absent=x", "cpu=0|1", "cpu~0|1"];

    [Property(MaxTest = 300)]
    public void Select_AnySelector_FindsWhatAScanFinds(byte[] hosts, byte[] cpus, byte metric, byte first, byte second, bool backwards, byte removed)
    {
        var entries = new List<SeriesEntry>();
        var seen = new HashSet<Fingerprint>();
        for (var i = 0; i < Math.Min(hosts.Length, cpus.Length); i++)
        {
            var labels = new List<Label>();
            if (hosts[i] % 5 != 0) labels.Add(new Label("host", "h" + (hosts[i] % 5)));
            if (cpus[i] % 3 != 0) labels.Add(new Label("cpu", (cpus[i] % 3).ToString()));
            var series = SeriesDescriptor.Of("m" + (hosts[i] / 5 % 3), LabelSet.From(labels));
            if (seen.Add(series.Fingerprint)) entries.Add(new SeriesEntry(entries.Count + 1, series.Fingerprint, series.Metric.Value, series.Labels, "", MetricKind.Gauge));
        }

        var registry = new SeriesRegistry();
        if (backwards) foreach (var entry in Enumerable.Reverse(entries)) registry.Add([entry]);
        else registry.Add(entries);
        if (entries.Count > 0)
        {
            registry.Remove([entries[removed % entries.Count].Id]);
            entries.RemoveAt(removed % entries.Count);
        }

        var selector = SeriesSelector.Of(metric % 4 == 3 ? null : "m" + (metric % 4), Filters[first % Filters.Length], Filters[second % Filters.Length]);

        Assert.Equal(entries.Where(e => selector.Matches(e.Metric, e.Labels)).Select(e => e.Id), registry.Select(selector).Select(e => e.Id));
        Assert.Equal(entries.GroupBy(e => e.Metric).OrderBy(g => g.Key, StringComparer.Ordinal).Select(g => (g.Key, g.LongCount())), registry.Metrics(null, null, 1000).Select(m => (m.Metric, m.Series)));
        Assert.All(entries, e => Assert.True(registry.TryGet(e.Fingerprint, out var found) && found.Id == e.Id));
    }

    [Fact]
    public void Add_KnownSeriesWithKind_KeepsIdAndTakesTheKind()
    {
        var registry = new SeriesRegistry();
        var series = SeriesDescriptor.Of("m", LabelSet.Empty);
        registry.Add([new SeriesEntry(1, series.Fingerprint, "m", series.Labels, "", MetricKind.Unknown)]);

        registry.Add([new SeriesEntry(1, series.Fingerprint, "m", series.Labels, "By", MetricKind.Counter)]);

        var entry = Assert.Single(registry.Select(SeriesSelector.Of("m")));
        Assert.Equal((1, MetricKind.Counter, "By"), (entry.Id, entry.Kind, entry.Unit));
        Assert.Equal(new MetricInfo("m", MetricKind.Counter, "By", 1), Assert.Single(registry.Metrics("M", null, 10)));
    }

    [Fact]
    public void Select_ThatTakesTooLong_SaysWhatToChange()
    {
        var clock = new FakeTimeProvider { AutoAdvanceAmount = TimeSpan.FromMilliseconds(5) };
        var registry = Hosts(40_000);
        var few = SeriesSelector.Of("m", "n~1.*");

        Assert.Equal(11_111, registry.Select(few, budget: new SelectionBudget(clock, CancellationToken.None)).Count);
        clock.AutoAdvanceAmount = TimeSpan.FromMilliseconds(10);
        var refused = Assert.Throws<QueryException>(() => registry.Select(few, budget: new SelectionBudget(clock, CancellationToken.None)));

        Assert.Contains("simpler expression", refused.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Select_WhenNobodyWaitsAnyMore_Stops() =>
        Assert.Throws<OperationCanceledException>(() => Hosts(64).Select(SeriesSelector.Of("m"), budget: new SelectionBudget(TimeProvider.System, new CancellationToken(canceled: true))));

    private static SeriesRegistry Hosts(int count)
    {
        var registry = new SeriesRegistry();
        registry.Add(Enumerable.Range(1, count).Select(i => SeriesDescriptor.Of("m", LabelSet.Of(("n", $"{i}")))).Select((s, i) => new SeriesEntry(i + 1, s.Fingerprint, "m", s.Labels, "", MetricKind.Gauge)));
        return registry;
    }

    [Fact]
    public void Select_WithCursor_GivesTheRest()
    {
        var registry = new SeriesRegistry();
        registry.Add(Enumerable.Range(1, 10).Select(i => SeriesDescriptor.Of("m", LabelSet.Of(("n", i.ToString())))).Select((s, i) => new SeriesEntry(i + 1, s.Fingerprint, "m", s.Labels, "", MetricKind.Gauge)));

        Assert.Equal([4, 5, 6], registry.Select(SeriesSelector.Of("m"), 3, 3).Select(s => s.Id));
    }
}

using System.Text;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Lookup;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.Lookup;

public sealed class SeriesCacheTests
{
    private static readonly Guid Epoch = Guid.NewGuid();

    [Fact]
    public void TryFind_AfterAdd_FindsBySpelling()
    {
        var harness = new IntakeHarness();
        var added = Add(harness, "a", "up");
        Assert.Same(added, Add(harness, "b", "up"));
        Assert.True(harness.Cache.TryFind("a"u8, default, out _, out var first));
        Assert.True(harness.Cache.TryFind("b"u8, default, out _, out var second));
        Assert.Same(first, second);
        Assert.False(harness.Cache.TryFind("c"u8, default, out _, out _));
        Assert.Equal((1, 1), (harness.Cache.Count, harness.Quota.Series));
    }

    [Fact]
    public void TryFind_InAnotherOrderThanBefore_FindsWhatTheBytesSay()
    {
        var harness = new IntakeHarness();
        foreach (var name in new[] { "a", "ab", "c" }) Add(harness, name, name);
        var random = new Random(3);
        Spelling last = default;
        for (var i = 0; i < 1000; i++)
        {
            var name = new[] { "a", "ab", "c" }[random.Next(3)];
            Assert.True(harness.Cache.TryFind(Encoding.UTF8.GetBytes(name), last, out var found, out var series));
            Assert.Equal(name, series.Descriptor.Metric.Value);
            last = found;
        }
    }

    [Fact]
    public void TryFind_AfterItsNeighbourWasForgotten_DoesNotAnswerTheForgottenOne()
    {
        var harness = new IntakeHarness(new IngestionOptions { SeriesIdleTime = TimeSpan.FromMinutes(10) });
        Add(harness, "busy", "busy");
        Add(harness, "idle", "idle");
        Assert.True(harness.Cache.TryFind("busy"u8, default, out var busy, out _));
        Assert.True(harness.Cache.TryFind("idle"u8, busy, out _, out _));
        for (var i = 0; i < 4; i++)
        {
            harness.Clock.Advance(TimeSpan.FromMinutes(5));
            harness.Cache.Age();
            Assert.True(harness.Cache.TryFind("busy"u8, default, out busy, out _));
        }

        Assert.False(harness.Cache.TryFind("idle"u8, busy, out _, out _));
        Assert.False(harness.Cache.TryFindNext("idle and more"u8, busy, out _, out _, out _));
    }

    [Fact]
    public void Register_ThenAnotherEpoch_ForgetsTheIdsOfTheFirst()
    {
        var harness = new IntakeHarness();
        var (up, down) = (Add(harness, "a", "up")!, Add(harness, "b", "down")!);
        harness.Cache.Register(Epoch, Bytes(up, down), [5, 6]);
        var first = harness.Cache.Epoch;
        Assert.Equal((Epoch, 5, 6), (first.Epoch, up.IdIn(first.Number), down.IdIn(first.Number)));

        harness.Cache.Register(Guid.NewGuid(), Bytes(up), [9]);
        var second = harness.Cache.Epoch;
        Assert.NotEqual(first.Epoch, second.Epoch);
        Assert.Equal((9, 0), (up.IdIn(second.Number), down.IdIn(second.Number)));
        // A request that began under the old epoch never mixes: its series travel labelled.
        Assert.Equal(0, up.IdIn(first.Number));
    }

    [Fact]
    public void Register_UnknownSeries_IsIgnored()
    {
        var harness = new IntakeHarness();
        harness.Cache.Register(Epoch, SeriesDescriptor.Of("never.seen", LabelSet.Empty).Fingerprint.ToBytes(), [1]);
        Assert.Equal(0, harness.Cache.Count);
    }

    [Fact]
    public void Build_KnownIds_TravelWithoutLabels()
    {
        var harness = new IntakeHarness();
        var series = Add(harness, "a", "up")!;
        harness.Cache.Register(Epoch, Bytes(series), [5]);
        var request = harness.Begin();
        request.Add(series, IntakeHarness.Now, 1);
        var batch = Assert.Single(harness.Build(request));
        Assert.Equal((Epoch, 5, null), (batch.Epoch, batch.Series[0].Id, batch.Series[0].Descriptor));
    }

    [Fact]
    public void AskId_OfASeriesThatWasDescribedAnewMeanwhile_LeavesTheNewOneUntold()
    {
        var harness = new IntakeHarness();
        var old = Add(harness, "a", "up")!;
        harness.Cache.Register(Epoch, Bytes(old), [5]);
        Assert.True(harness.Cache.TryFind("a"u8, default, out var spelling, out _));
        harness.Cache.Redescribe(d => d with { Unit = "s" });
        Assert.Equal(5, harness.Cache.AskId(spelling, old, harness.Cache.Epoch.Number));

        var request = harness.Begin();
        Assert.True(request.TryFind("a"u8, out var found));
        request.Add(found, IntakeHarness.Now, 1);
        Assert.Equal((0, "s"), (Assert.Single(harness.Build(request)).Series[0].Id, found.Descriptor.Unit));
    }

    [Fact]
    public void Age_IdleSeries_AreForgottenAndTheirQuotaIsFreed()
    {
        var harness = new IntakeHarness(new IngestionOptions { SeriesIdleTime = TimeSpan.FromMinutes(10) });
        Add(harness, "idle", "idle");
        Add(harness, "busy", "busy");
        for (var i = 0; i < 4; i++)
        {
            harness.Clock.Advance(TimeSpan.FromMinutes(5));
            harness.Cache.Age();
            Assert.True(harness.Cache.TryFind("busy"u8, default, out _, out _));
        }

        Assert.False(harness.Cache.TryFind("idle"u8, default, out _, out _));
        Assert.Equal((1, 1), (harness.Cache.Count, harness.Quota.Series));
    }

    [Fact]
    public void Add_WhenFull_StillAnswersButRemembersNoMore()
    {
        var harness = new IntakeHarness(new IngestionOptions { MaxSeries = 2 });
        for (var i = 0; i < 10; i++) Assert.NotNull(Add(harness, $"s{i}", $"m{i}"));
        Assert.Equal((2, 2), (harness.Cache.Count, harness.Quota.Series));
        Assert.True(Add(harness, "s0", "m0")!.IsCached);
        Assert.False(Add(harness, "s9", "m9")!.IsCached);
    }

    [Fact]
    public void Add_ManySpellingsOfOneSeries_RemembersBoundedlyMany()
    {
        var harness = new IntakeHarness(new IngestionOptions { MaxSeries = 3 });
        for (var i = 0; i < 100; i++) Add(harness, $"spelling {i}", "up");
        Assert.Equal(6, Enumerable.Range(0, 100).Count(i => harness.Cache.TryFind(Encoding.UTF8.GetBytes($"spelling {i}"), default, out _, out _)));
    }

    private static CachedSeries? Add(IntakeHarness harness, string bytes, string metric) =>
        harness.Cache.Add(Encoding.UTF8.GetBytes(bytes), SeriesDescriptor.Of(metric, LabelSet.Empty), harness.Quota);

    private static byte[] Bytes(params CachedSeries[] series) => [.. series.SelectMany(s => s.Descriptor.Fingerprint.ToBytes())];
}

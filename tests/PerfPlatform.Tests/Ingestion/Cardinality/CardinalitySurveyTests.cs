using Microsoft.Extensions.Options;
using PerfPlatform.Contracts.Access;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Cardinality;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Ingestion.RemoteWrite;
using PerfPlatform.Tests.Ingestion.RemoteWrite;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.Cardinality;

public sealed class CardinalitySurveyTests : IDisposable
{
    private readonly IntakeHarness _harness = new(new IngestionOptions { MaxSeriesPerKey = 3000 });
    private readonly KeyQuotas _quotas = new(Options.Create(new IngestionOptions()));

    public void Dispose() => _quotas.Dispose();

    [Fact]
    public void Report_SeriesOfTwoKeys_NamesTheLabelThatMakesThemMany()
    {
        var (shop, node) = (Quota("shop"), Quota("node"));
        Write(shop, Enumerable.Range(0, 1000).Select(i => Series("requests", $"user.id=u{i}", "code=200")));
        _harness.Clock.Advance(TimeSpan.FromMinutes(90));
        Write(shop, Enumerable.Range(1000, 500).Select(i => Series("requests", $"user.id=u{i}", "code=500")));
        Write(node, Enumerable.Range(0, 20).Select(i => Series("load", $"host.name=h{i}")));
        var survey = new CardinalitySurvey(_harness.Cache, _quotas, _harness.Clock, Options.Create(_harness.Options));
        var report = survey.Report(10);
        Assert.Equal(1520, report.Series);
        Assert.Equal(["shop", "node"], report.Keys.Select(k => k.Key));
        var (user, code) = (report.Keys[0].Labels[0], report.Keys[0].Labels[1]);
        Assert.Equal(("user.id", 1500, "code", 2L, 1L, 1500), (user.Name, user.Series, code.Name, code.Values, code.LastHour, code.Series));
        Assert.InRange(user.Values, 1400, 1600);
        Assert.InRange(user.LastHour, 400, 600);
        Assert.Equal(5, user.Examples.Count);
        Assert.Equal([new MetricCardinality("requests", 1500)], report.Keys[0].Metrics);
        Assert.Equal([new MetricCardinality("requests", 1500), new MetricCardinality("load", 20)], report.Metrics);
        Assert.Equal("host.name", Assert.Single(report.Keys[1].Labels).Name);
        Assert.Equal(("user.id", 1), (Assert.Single(survey.Report(1).Labels).Name, survey.Report(1).Metrics.Count));
    }

    [Fact]
    public void Read_SeriesBeyondTheLimit_NamesTheLabelAndCountsWhatIsRefused()
    {
        var quota = Quota("shop");
        quota.Limit = 100;
        Write(quota, Enumerable.Range(0, 100).Select(i => Series("requests", $"user.id=u{i}", "code=200")));
        for (var again = 0; again < 2; again++)
        {
            var request = Write(quota, Enumerable.Range(100, 50).Select(i => Series("requests", $"user.id=u{i}", "code=200")).Prepend(Series("requests", "user.id=u7", "code=200")));
            Assert.Equal((1, 50), (request.Accepted, request.Rejections[RejectReason.SeriesLimit]));
            Assert.Contains("raise the key's limit; of its labels 'user.id' has most values, ", request.Rejections.ToString(), StringComparison.Ordinal);
        }

        Assert.Equal((100, 100L), (quota.Series, quota.Refusals));
        Assert.InRange(quota.RefusedSeries, 48, 52);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(300)]
    [InlineData(2000)]
    [InlineData(4000)]
    [InlineData(5000)]
    [InlineData(6000)]
    [InlineData(20_000)]
    [InlineData(1_000_000)]
    public void Estimate_OfManyValues_IsCloseToTheirNumber(int values)
    {
        var count = new DistinctCount();
        for (var i = 0; i < values; i++)
        {
            var hash = DistinctCount.Hash($"value-{i}");
            count.Add(hash);
            count.Add(hash);
        }

        Assert.InRange(count.Estimate(), (long)(values * 0.93), (long)Math.Ceiling(values * 1.07));
    }

    [Fact]
    public void Add_MoreLabelsThanAreToldApart_StaysBounded()
    {
        var quota = Quota("odd");
        Write(quota, Enumerable.Range(0, 1000).Select(i => Series("m", $"label{i}=x")));
        var counts = new SeriesCounts();
        foreach (var series in _harness.Cache.Known) counts.Add(series, isNew: true);
        Assert.Equal((1000, 200), (counts.Series, counts.Labels(int.MaxValue).Count));
    }

    [Fact]
    public void Note_ClockThatIsOff_WarnsOnceUntilItWasRight()
    {
        var clock = new SenderClock();
        var warnings = Enumerable.Range(0, 400).Where(i => clock.Note(i * 1000 + (i is >= 100 and < 200 or >= 300 ? 45_000 : i % 3 * 1000), i * 1000, 30_000)).ToList();
        // It takes the median of 64 a moment to see a change.
        Assert.Equal(2, warnings.Count);
        Assert.InRange(warnings[0], 100, 164);
        Assert.InRange(warnings[1], 300, 364);
        Assert.Equal((45_000L, 399_000L), clock.Read());
    }

    [Fact]
    public void Read_SamplesOfTheFuture_TellHowFarTheSendersClockIsOff()
    {
        var quota = Quota("ahead");
        var request = Write(quota, [WriteRequests.Series("m", [], (IntakeHarness.Now + 3_600_000, 1))]);
        Assert.Equal((0, IntakeHarness.Now + 3_600_000), (request.Accepted, request.NewestTime));
    }

    private static WrittenSeries Series(string metric, params string[] labels) => WriteRequests.Series(metric, labels, (IntakeHarness.Now, 1));

    private KeyQuota Quota(string key)
    {
        var context = new Microsoft.AspNetCore.Http.DefaultHttpContext();
        context.User = new(new System.Security.Claims.ClaimsIdentity([new("key", key)]));
        context.Features.Set(new ApiKeyRecord { Id = key, Name = key, Hash = "", Scopes = [] });
        return _quotas.Of(context);
    }

    private IntakeRequest Write(KeyQuota quota, IEnumerable<WrittenSeries> series)
    {
        _harness.Quota = quota;
        var request = _harness.Begin();
        new RemoteWriteIntakes(_harness.Cache).First.Read(WriteRequests.Write(series), request);
        return request;
    }
}

using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Web.Live;
using Xunit;

namespace PerfPlatform.Tests.Web;

public sealed class LiveRouterTests
{
    private static readonly Guid Epoch = Guid.NewGuid();
    private readonly LiveRouter _router = new();

    [Fact]
    public void Route_WithoutSubscription_KeepsNothing()
    {
        _router.Route(Labelled("cpu", "web-1", 1, 2));
        Assert.False(_router.IsWatched);
        Assert.Empty(_router.Collect());
    }

    [Fact]
    public void Route_SeveralSubscriptionsOfOneConnection_SendsThePointOnce()
    {
        Watch("c", "a", "cpu");
        Watch("c", "b", "cpu", "host.name=web-1");
        _router.Route(Labelled("cpu", "web-1", 1, 2));
        var push = Assert.Single(_router.Collect()).Push;
        Assert.Equal(["a", "b"], Assert.Single(push.Series).Subscriptions.Order());
        Assert.Equal([push.Series[0].Key, 1, 2], push.Points);
    }

    [Fact]
    public void Route_SubscriptionAfterTheSeriesWasMet_GetsItsPoints()
    {
        Watch("c", "a", "memory");
        _router.Route(Labelled("cpu", "web-1", 1, 2));
        Watch("c", "b", "cpu");
        _router.Route(Labelled("cpu", "web-1", 2, 3));
        Assert.Equal(2, Assert.Single(_router.Collect()).Push.Points[1]);
    }

    [Fact]
    public void Route_IdLearnedFromTheRegistry_IsTheSameSeriesAsTheLabelledOne()
    {
        Watch("c", "a", "cpu");
        _router.Route(Labelled("cpu", "web-1", 1, 2));
        var byId = SampleBatch.Of(Epoch, new BatchStamp(1, 1, 1), 0, (5, null, [(2L, 3.0)]));
        Assert.Equal([5], _router.Unknown(byId));
        _router.Learn(new SeriesResolution(Epoch, [new ResolvedSeries(5, "cpu", LabelSet.Of(("host.name", "web-1")), "1", MetricKind.Gauge)]));
        Assert.Empty(_router.Unknown(byId));
        _router.Route(byId);
        var push = Assert.Single(_router.Collect()).Push;
        var key = Assert.Single(push.Series).Key;
        Assert.Equal([key, 1, 2, key, 2, 3], push.Points);
    }

    [Fact]
    public void Unknown_AfterANewEpoch_ForgetsTheIdsOfTheOld()
    {
        Watch("c", "a", "cpu");
        _router.Learn(new SeriesResolution(Epoch, [new ResolvedSeries(5, "cpu", LabelSet.Empty, "1", MetricKind.Gauge)]));
        Assert.Equal([5], _router.Unknown(SampleBatch.Of(Guid.NewGuid(), new BatchStamp(1, 1, 1), 0, (5, null, [(2L, 3.0)]))));
    }

    [Fact]
    public void Collect_WhileAPushIsOnItsWay_WaitsForIt()
    {
        Watch("c", "a", "cpu");
        _router.Route(Labelled("cpu", "web-1", 1, 1));
        Assert.Single(_router.Collect());
        _router.Route(Labelled("cpu", "web-1", 2, 2));
        Assert.Empty(_router.Collect());
        _router.Sent("c");
        var push = Assert.Single(_router.Collect()).Push;
        Assert.Empty(push.Series);
        Assert.Equal(2, push.Points[1]);
    }

    [Fact]
    public void Route_NotFiniteValue_IsNull()
    {
        Watch("c", "a", "cpu");
        _router.Route(Labelled("cpu", "web-1", 1, double.NaN));
        Assert.Null(Assert.Single(_router.Collect()).Push.Points[2]);
    }

    [Fact]
    public void Route_BrowserThatTakesNothing_LosesTheOldestAndStaysBounded()
    {
        Watch("c", "a", "cpu");
        for (var time = 1; time <= 100_000; time++) _router.Route(Labelled("cpu", "web-1", time, 1));
        var points = Assert.Single(_router.Collect()).Push.Points;
        Assert.InRange(points.Count, 3, 180_000);
        Assert.Equal(100_000, points[^2]);
    }

    [Fact]
    public void Remove_Connection_EndsItsSubscriptions()
    {
        Watch("c", "a", "cpu");
        _router.Remove("c");
        Assert.False(_router.IsWatched);
        _router.Route(Labelled("cpu", "web-1", 1, 1));
        Assert.Empty(_router.Collect());
    }

    [Fact]
    public void Subscribe_MoreThanAConnectionMayHave_IsRefused()
    {
        for (var i = 0; i < LiveOutbox.MaxSubscriptions; i++) Assert.True(_router.Subscribe("c", $"s{i}", SeriesSelector.Of("cpu")));
        Assert.False(_router.Subscribe("c", "more", SeriesSelector.Of("cpu")));
        Assert.True(_router.Subscribe("c", "s0", SeriesSelector.Of("memory")));
    }

    private void Watch(string connection, string id, string metric, params string[] match) =>
        Assert.True(_router.Subscribe(connection, id, SeriesSelector.Of(metric, match)));

    private static SampleBatch Labelled(string metric, string host, long time, double value) =>
        SampleBatch.Of(Guid.Empty, new BatchStamp(1, 1, 1), 0, (0, SeriesDescriptor.Of(metric, LabelSet.Of(("host.name", host))), [(time, value)]));
}

using PerfPlatform.Analysis.Live;
using PerfPlatform.Analysis.Registry;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using Xunit;

namespace PerfPlatform.Tests.Analysis.Live;

/// <summary>A reader gets what it asked for, and a slow one is told what it missed.</summary>
public sealed class LiveSubscriptionTests
{
    private readonly SeriesRegistry _registry = new();

    public LiveSubscriptionTests()
    {
        foreach (var (id, metric) in new[] { (1, "wanted"), (2, "other"), (3, "wanted") })
        {
            var series = SeriesDescriptor.Of(metric, LabelSet.Of(("n", id.ToString())));
            _registry.Add([new SeriesEntry(id, series.Fingerprint, metric, series.Labels, "", MetricKind.Gauge)]);
        }
    }

    [Fact]
    public void Take_AfterBatches_HasOnlyWantedPointsAndEachNewSeriesOnce()
    {
        var subscription = new LiveSubscription(SeriesSelector.Of("wanted"), _registry);
        subscription.Know([1]);
        subscription.Offer(Batch((1, 10), (2, 20), (3, 30)));
        subscription.Offer(Batch((3, 31)));

        var update = subscription.Take();

        Assert.Equal([new LivePoint(1, 10, 10), new LivePoint(3, 30, 30), new LivePoint(3, 31, 31)], update.Points);
        Assert.Equal([3], update.Series.Select(s => s.Id));
        Assert.Equal(0, update.Dropped);
        Assert.Empty(subscription.Take().Points);
    }

    [Fact]
    public void Offer_MoreThanAReaderTakes_DropsTheOldestAndSaysHowMany()
    {
        var subscription = new LiveSubscription(SeriesSelector.Of("wanted"), _registry);
        for (var i = 0; i < LiveSubscription.MaxPoints + 7; i++) subscription.Offer(Batch((1, i)));
        subscription.Miss(Batch((1, 0), (2, 0)));

        var update = subscription.Take();

        Assert.Equal(LiveSubscription.MaxPoints, update.Points.Count);
        Assert.Equal(7, update.Points[0].Time);
        Assert.Equal(8, update.Dropped);
    }

    private static SampleBatch Batch(params (int Id, long Time)[] samples) =>
        SampleBatch.Of(Guid.Empty, default, 0, [.. samples.Select(s => (s.Id, (SeriesDescriptor?)null, (IReadOnlyList<(long, double)>)[(s.Time, s.Time)]))]);
}

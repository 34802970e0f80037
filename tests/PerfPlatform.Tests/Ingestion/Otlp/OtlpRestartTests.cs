using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Otlp;
using PerfPlatform.Ingestion.RemoteWrite;
using PerfPlatform.Tests.Ingestion.RemoteWrite;
using Xunit;
using static PerfPlatform.Tests.Ingestion.IntakeHarness;
using static PerfPlatform.Tests.Ingestion.Otlp.OtlpRequests;

namespace PerfPlatform.Tests.Ingestion.Otlp;

/// <summary>Where a sender, or intake itself, began to count anew.</summary>
public sealed class OtlpRestartTests
{
    private readonly IntakeHarness _harness = new();
    private readonly OtlpIntake _intake = new(new OtlpResources());

    [Fact]
    public void Read_CumulativeWithALaterStart_BeginsAtZeroOnce()
    {
        Assert.Equal([(Now, 5.0)], Requests(Since(Now - 9000, Integer(Now, 5))));
        // Its value has passed the last one: without the zero nobody would see that it was started anew.
        Assert.Equal([(Now + 10, 0.0), (Now + 20, 7)], Requests(Since(Now + 10, Integer(Now + 20, 7))));
        Assert.Equal([(Now + 30, 8.0)], Requests(Since(Now + 10, Integer(Now + 30, 8))));
    }

    [Theory]
    [InlineData(-9500, "the start of an older process that still sends")]
    [InlineData(-5, "a start before the last point: both processes send")]
    [InlineData(0, "the start at the last point")]
    [InlineData(20, "a start at the point itself: it is not known since when it counts")]
    public void Read_StartThatTellsNoRestart_AddsNothing(long start, string why)
    {
        Requests(Since(Now - 9000, Integer(Now, 5)));
        Assert.True(Requests(Since(Now + start, Integer(Now + 20, 7))).SequenceEqual([(Now + 20, 7.0)]), why);
        Assert.True(Requests(Since(Now + start, Integer(Now + 30, 8))).SequenceEqual([(Now + 30, 8.0)]), why);
    }

    [Fact]
    public void Read_SumThatIsNoCounter_HasNoStart()
    {
        Samples(Sum("queue", Cumulative, false, Since(Now - 9000, Integer(Now, 5))));
        Assert.Single(Samples(Sum("queue", Cumulative, false, Since(Now + 10, Integer(Now + 20, 7)))));
        Assert.Single(Samples(Sum("level", Delta, false, Since(Now - 9000, Integer(Now, 5)))));
    }

    [Fact]
    public void Read_RestartedHistograms_BeginAtZeroInEveryPart()
    {
        byte[][] Metrics(long start, long time) =>
        [
            Histogram("h", Cumulative, Since(start, HistogramPoint(time, 3, [1, 2], [0.5], packed: true))),
            ExponentialHistogram("e", Cumulative, Since(start, ExponentialPoint(time, 0, 0, (0, [3]), sum: 3))),
            Summary("s", Since(start, SummaryPoint(time, 2, 3, (0.5, 1)))),
        ];
        Samples(Metrics(Now - 9000, Now));
        var samples = Samples(Metrics(Now + 10, Now + 20));
        var (zeros, values) = (samples.Where(s => s.Time == Now + 10).ToList(), samples.Where(s => s.Time == Now + 20).ToList());
        Assert.All(zeros, s => Assert.Equal(0, s.Value));
        // A quantile counts nothing.
        Assert.Equal(values.Where(s => s.Metric != "s").Select(s => s.Metric + s.Labels).Order(), zeros.Select(s => s.Metric + s.Labels).Order());
    }

    [Fact]
    public void Read_FirstDelta_BeginsAtZeroAMomentAfterItsStart()
    {
        var first = Sum("requests", Delta, true, Since(Now - 60_000, Integer(Now, 5)));
        Assert.Equal([(Now - 59_999, 0.0), (Now, 5)], Points(first));
        // Sent again since it was not durable, with its zero.
        Assert.Equal([(Now - 59_999, 0.0), (Now, 5)], Points(first));
        Assert.Equal([(Now + 60_000, 12.0)], Points(Sum("requests", Delta, true, Since(Now, Integer(Now + 60_000, 7)))));
        // Intake was restarted: its sum starts anew, behind the last one of before.
        var restarted = new IntakeHarness();
        var request = restarted.Begin();
        new OtlpIntake(new OtlpResources()).Read(Body(Sum("requests", Delta, true, Since(Now + 60_000, Integer(Now + 120_000, 20)))), request);
        Assert.Equal([(Now + 60_001, 0.0), (Now + 120_000, 20)], restarted.Samples(request).Select(s => (s.Time, s.Value)));
    }

    [Theory]
    [InlineData(-200_000_000)]
    [InlineData(0)]
    [InlineData(5)]
    public void Read_FirstDeltaOfAStartThatSaysNothing_HasNoZero(long start) =>
        Assert.Equal([(Now, 5.0)], Points(Sum("requests", Delta, true, Since(Now + start, Integer(Now, 5)))));

    [Fact]
    public void Read_FirstDeltaHistograms_BeginAtZeroInEveryPart()
    {
        var samples = Samples(
            Histogram("h", Delta, Since(Now - 1000, HistogramPoint(Now, 3, [1, 2], [0.5], packed: true))),
            ExponentialHistogram("e", Delta, Since(Now - 1000, ExponentialPoint(Now, 0, 0, (0, [3]), sum: 3))));
        var zeros = samples.Where(s => s.Time == Now - 999).ToList();
        Assert.All(zeros, s => Assert.Equal(0, s.Value));
        Assert.Equal(samples.Where(s => s.Time == Now).Select(s => s.Metric + s.Labels).Order(), zeros.Select(s => s.Metric + s.Labels).Order());
        Assert.All(
            Samples(
                Histogram("h", Delta, Since(Now, HistogramPoint(Now + 1000, 3, [1, 2], [0.5], packed: true))),
                ExponentialHistogram("e", Delta, Since(Now, ExponentialPoint(Now + 1000, 0, 0, (0, [3]), sum: 3)))),
            s => Assert.Equal(Now + 1000, s.Time));
    }

    [Fact]
    public void Read_DeltaWhoseDescriptionChanges_GoesOnAdding()
    {
        Assert.Equal(5, Points(Sum("requests", Delta, true, Integer(Now, 5)))[0].Value);
        new RemoteWriteIntakes(_harness.Cache).First.Read(WriteRequests.Metadata("requests", type: 2, "bytes"), _harness.Begin());
        Assert.Equal([(Now + 1, 12.0)], Points(Sum("requests", Delta, true, Integer(Now + 1, 7))));
    }

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.PositiveInfinity)]
    public void Read_DeltaThatIsNoNumber_IsRefusedAndTheSumGoesOn(double bad)
    {
        byte[][] Metrics(long time, double value) =>
        [
            Sum("requests", Delta, true, Number(time, value)),
            Histogram("h", Delta, HistogramPoint(time, value, [1, 2], [0.5], packed: true)),
            ExponentialHistogram("e", Delta, ExponentialPoint(time, 0, 0, (0, [3]), sum: value)),
        ];
        Samples(Metrics(Now, 5));
        var request = Read(Metrics(Now + 1, bad));
        Assert.Equal((0, 3, 3), (request.Accepted, request.Rejections[RejectReason.BadValue], request.Rejections.Points));
        Assert.Contains("cannot be added up", request.Rejections.ToString(), StringComparison.Ordinal);
        var samples = Samples(Metrics(Now + 2, 7)).ToLookup(s => s.Metric, s => s.Value);
        Assert.Equal((12, 12, 12, 6, 6), (samples["requests"].Single(), samples["h_sum"].Single(), samples["e_sum"].Single(), samples["h_count"].Single(), samples["e_count"].Single()));
    }

    private static byte[] Body(params byte[][] metrics) => Request(ResourceMetrics([], metrics));

    private IntakeRequest Read(params byte[][] metrics)
    {
        var request = _harness.Begin();
        _intake.Read(Body(metrics), request);
        return request;
    }

    private IReadOnlyList<TakenSample> Samples(params byte[][] metrics)
    {
        var request = Read(metrics);
        Assert.Equal((0, 0), (request.Rejections.Total, request.Rejections.Points));
        return _harness.Samples(request);
    }

    private List<(long Time, double Value)> Points(byte[] metric) => [.. Samples(metric).Select(s => (s.Time, s.Value))];

    private List<(long Time, double Value)> Requests(byte[] point) => Points(Sum("requests", Cumulative, true, point));
}

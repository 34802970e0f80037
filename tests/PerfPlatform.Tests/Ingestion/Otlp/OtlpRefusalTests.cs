using PerfPlatform.Contracts.Samples;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Otlp;
using PerfPlatform.Tests.Ingestion.RemoteWrite;
using Xunit;
using static PerfPlatform.Tests.Ingestion.IntakeHarness;
using static PerfPlatform.Tests.Ingestion.Otlp.OtlpRequests;

namespace PerfPlatform.Tests.Ingestion.Otlp;

/// <summary>What of OTLP is refused, left out or ended.</summary>
public sealed class OtlpRefusalTests
{
    private readonly IntakeHarness _harness = new();
    private readonly OtlpIntake _intake = new(new OtlpResources());

    [Fact]
    public void Read_RefusedHistogram_IsOneDataPoint()
    {
        var bad = Attribute("__name__", "x");
        var request = Read(
            Histogram("h", Cumulative, HistogramPoint(Now, 3, [1, 2, 3], [0.5, 1], true, bad), HistogramPoint(Now, 3, [1, 2, 3], [0.5, 1], true)),
            Sum("s", 0, true, Integer(Now, 1), Integer(Now, 2)),
            Gauge("g", "1", Number(Now, 1, bad), Number(1, 1), Number(Now, 1)));
        Assert.Equal((9, 5), (request.Rejections.Total, request.Rejections.Points));
        Assert.Equal(6, request.Accepted);
    }

    [Theory]
    [InlineData(2, 1)]
    [InlineData(1, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(1, double.PositiveInfinity)]
    public void Read_BoundsThatDoNotAscend_AreRefused(double first, double second)
    {
        var request = Read(Histogram("h", Cumulative, HistogramPoint(Now, 3, [1, 2, 3], [first, second], true)));
        Assert.Equal((0, 1), (request.Accepted, request.Rejections.Points));
        Assert.Contains("h: its bounds are not finite and ascending", request.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Cumulative)]
    [InlineData(Delta)]
    public void Read_HistogramsWithMoreInTheirBucketsThanTheirCount_AreRefused(int temporality)
    {
        byte[] Count(byte[] point, ulong count) => With(point, output => Fixed64(output, 4, count));
        var request = Read(
            Histogram("h", temporality, Count(HistogramPoint(Now, 3, [1, 2, 3], [0.5, 1], true), 5)),
            Histogram("overflowing", temporality, Count(HistogramPoint(Now, 3, [ulong.MaxValue, 2], [0.5], true), 6)),
            ExponentialHistogram("e", temporality, Count(ExponentialPoint(Now, 0, 1, (0, [3]), (0, [2]), sum: 3), 5)));
        Assert.Equal((0, 3), (request.Accepted, request.Rejections.Points));
        Assert.Contains("h: its buckets hold 6, more than its count of 5", request.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NegativeDeltas_AreRefusedWhereTheyWouldBeGrowth()
    {
        var request = Read(
            Sum("monotonic", Delta, true, Integer(Now, -5), Number(Now + 1, -0.5), Integer(Now + 2, 3)),
            Sum("updown", Delta, false, Integer(Now, -5)),
            Histogram("h", Delta, HistogramPoint(Now, -3, [1, 2], [0.5], true)),
            ExponentialHistogram("e", Delta, ExponentialPoint(Now, 0, 0, (0, [3]), sum: -3)));
        Assert.Equal((2, 4), (request.Accepted, request.Rejections.Points));
        Assert.Contains("monotonic: a delta of a monotonic sum is negative", request.Rejections.ToString(), StringComparison.Ordinal);
        Assert.Equal([("monotonic", 3.0), ("updown", -5.0)], _harness.Samples(request).Select(s => (s.Metric, s.Value)).Order());
    }

    [Fact]
    public void Read_PointsWithoutAValue_EndEverySeriesOfTheirs()
    {
        byte[][] Metrics(long time, bool end)
        {
            byte[] Point(byte[] point, int flags) => end ? With(point, output => Varint(output, flags, 1)) : point;
            return
            [
                Histogram("h", Cumulative, Point(HistogramPoint(time, 3, [1, 2], [0.5], true), 10)),
                ExponentialHistogram("e", Cumulative, Point(ExponentialPoint(time, 0, 0, end ? (0, []) : (0, [3, 4]), sum: 3), 10)),
                Summary("s", Point(SummaryPoint(time, 2, 3, (0.5, 1)), 8)),
            ];
        }

        var before = _harness.Samples(Read(Metrics(Now, false)));
        var request = Read(Metrics(Now + 1, true));
        var ended = _harness.Samples(request);
        Assert.Equal(before.Select(s => s.Metric + s.Labels).Order(), ended.Select(s => s.Metric + s.Labels).Order());
        Assert.All(ended, s => Assert.Equal((StaleMarker.Bits, Now + 1), (s.Bits, s.Time)));
        Assert.Equal(0, request.Rejections.Total);
    }

    [Fact]
    public void Read_DeltaHistogramsWithoutAValue_GoOn()
    {
        byte[] End(byte[] point) => With(point, output => Varint(output, 10, 1));
        var request = Read(Histogram("h", Delta, End(HistogramPoint(Now, 3, [1], [], true))), ExponentialHistogram("e", Delta, End(ExponentialPoint(Now, 0, 0, (0, [])))));
        Assert.Equal((0, 0), (request.Accepted, request.Rejections.Total));
    }

    [Fact]
    public void Read_Exemplars_AreIgnored()
    {
        byte[] Exemplar(byte[] point, int field) => With(point, output => WriteRequests.Field(output, field, WriteRequests.Message(exemplar =>
        {
            Fixed64(exemplar, 2, (ulong)Now * 1_000_000);
            Fixed64(exemplar, 3, BitConverter.DoubleToUInt64Bits(99));
            WriteRequests.Field(exemplar, 5, [1, 2, 3]);
            WriteRequests.Field(exemplar, 7, Attribute("user.id", "u1"));
        })));
        byte[][] Metrics(Func<byte[], int, byte[]> more) =>
        [
            Gauge("g", "1", more(Number(Now, 1), 5)),
            Sum("s", Cumulative, true, more(Integer(Now, 1), 5)),
            Histogram("h", Cumulative, more(HistogramPoint(Now, 3, [1, 2], [0.5], true), 8)),
            ExponentialHistogram("e", Cumulative, more(ExponentialPoint(Now, 0, 0, (0, [3]), sum: 3), 11)),
        ];
        Assert.Equal(_harness.Samples(Read(Metrics((point, _) => point))), _harness.Samples(Read(Metrics(Exemplar))));
    }

    [Theory]
    [InlineData((byte)'"')]
    [InlineData((byte)'\\')]
    public void Read_QuotesWithinArraysWithinArrays_TakeNoMemoryForTheirEscapes(byte quote)
    {
        var any = WriteRequests.Message(output => WriteRequests.Field(output, 1, [.. Enumerable.Repeat(quote, 1_000_000)]));
        for (var depth = 0; depth < 8; depth++)
        {
            var inner = any;
            any = WriteRequests.Message(output => WriteRequests.Field(output, 5, Repeated(1, [inner])));
        }

        var body = Request(ResourceMetrics([], Gauge("g", "1", Number(Now, 1, WriteRequests.Message(output =>
        {
            WriteRequests.Text(output, 1, "deep");
            WriteRequests.Field(output, 2, any);
        })))));
        var request = _harness.Begin();
        var before = GC.GetAllocatedBytesForCurrentThread();
        _intake.Read(body, request);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 10_000_000);
        Assert.Equal(1, request.Rejections[RejectReason.BadLabel]);
    }

    [Fact]
    public void Read_MoreRefusedPointsThanARequestMayHave_StopsIt()
    {
        var harness = new IntakeHarness(new IngestionOptions { MaxSamplesPerRequest = 10 });
        byte[] Old(int points) => Request(ResourceMetrics([], Gauge("g", "1", [.. Enumerable.Range(0, points).Select(i => Number(i, i))])));
        var most = harness.Begin();
        _intake.Read(Old(10), most);
        Assert.Equal(10, most.Rejections.Points);
        Assert.Throws<IntakeTooLargeException>(() => _intake.Read(Old(11), harness.Begin()));
    }

    [Fact]
    public void Of_LargeResources_AreForgottenBeforeTheyTakeTheMemory()
    {
        var resources = new OtlpResources();
        var value = new string('x', 1 << 20);
        for (var i = 0; i < 200; i++)
        {
            Assert.NotNull(resources.Of(Repeated(1, [Attribute("a", $"{i}{value}")])));
            Assert.InRange(resources.Count, 1, 64);
        }
    }

    private IntakeRequest Read(params byte[][] metrics)
    {
        var request = _harness.Begin();
        _intake.Read(Request(ResourceMetrics([], metrics)), request);
        return request;
    }
}

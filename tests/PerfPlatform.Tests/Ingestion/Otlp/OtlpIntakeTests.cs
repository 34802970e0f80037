using FsCheck.Xunit;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Otlp;
using Xunit;
using static PerfPlatform.Tests.Ingestion.IntakeHarness;
using static PerfPlatform.Tests.Ingestion.Otlp.OtlpRequests;

namespace PerfPlatform.Tests.Ingestion.Otlp;

public sealed class OtlpIntakeTests
{
    private readonly IntakeHarness _harness = new();
    private readonly OtlpIntake _intake = new(new OtlpResources());

    [Fact]
    public void Read_Gauge_KeepsNameUnitAndPartsTheAttributes()
    {
        var request = Read(Request(ResourceMetrics(
            [Attribute("host.name", "web-1"), Attribute("os.type", "linux"), Attribute("k8s.pod.name", "p"), Attribute("service.name", "shop")],
            Gauge("system.cpu.utilization", "1", Number(Now, 0.5, Attribute("cpu", "0"), Attribute("service.name", "own"))))));
        var batch = Assert.Single(_harness.Build(request));
        var series = batch.Series[0].Descriptor!;
        Assert.Equal("system.cpu.utilization", series.Metric.Value);
        Assert.Equal(LabelSet.Of(("cpu", "0"), ("host.name", "web-1"), ("k8s.pod.name", "p"), ("service.name", "own")), series.Labels);
        Assert.Equal(LabelSet.Of(("os.type", "linux")), series.Metadata);
        Assert.Equal((MetricKind.Gauge, "1", 0.5, Now), (series.Kind, series.Unit, batch.Values[0], batch.Times[0]));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Read_Scope_IsLabelsWhereTheSettingsSaySo(bool labels)
    {
        var harness = new IntakeHarness(new IngestionOptions { OtlpScopeLabels = labels });
        var request = harness.Begin();
        byte[] One(string version) => ScopedMetrics("shop.orders", version, [Attribute("team", "x")], Gauge("queue.size", "1", Number(Now, 1)));
        _intake.Read(Request(One("1.0"), One("2.0"), One("1.0")), request);
        var series = harness.Build(request).SelectMany(batch => batch.Series.ToArray()).Select(s => s.Descriptor!).ToList();
        var scope = LabelSet.Of(("otel.scope.name", "shop.orders"), ("otel.scope.team", "x"), ("otel.scope.version", "1.0"));
        Assert.Equal((labels ? scope : LabelSet.Empty, labels ? LabelSet.Empty : scope), (series[0].Labels, series[0].Metadata));
        Assert.Equal(labels ? 2 : 1, series.DistinctBy(s => s.Fingerprint).Count());
    }

    [Theory]
    [InlineData(true, MetricKind.Counter)]
    [InlineData(false, MetricKind.Gauge)]
    public void Read_CumulativeSum_IsACounterWhenMonotonic(bool monotonic, MetricKind kind)
    {
        var request = Read(One(Sum("requests", Cumulative, monotonic, Integer(Now, 42), Integer(Now + 1000, -7))));
        var batch = Assert.Single(_harness.Build(request));
        Assert.Equal(kind, batch.Series[0].Descriptor!.Kind);
        Assert.Equal([42, -7], batch.Values);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_Histogram_IsItsCounters(bool packed)
    {
        var request = Read(One(Histogram("latency", Cumulative, HistogramPoint(Now, 12.5, [1, 2, 3], [0.005, 10], packed, Attribute("route", "/")))));
        Assert.Equal(
            [
                ("latency_bucket", "{le=\"+Inf\", route=\"/\"}", 6.0), ("latency_bucket", "{le=\"0.005\", route=\"/\"}", 1), ("latency_bucket", "{le=\"10\", route=\"/\"}", 3),
                ("latency_count", "{route=\"/\"}", 6), ("latency_sum", "{route=\"/\"}", 12.5),
            ],
            Samples(request));
        Assert.All(_harness.Build(request)[0].Series.ToArray(), s => Assert.Equal(MetricKind.Counter, s.Descriptor!.Kind));
    }

    [Fact]
    public void Read_HistogramWhoseCountsDoNotFit_IsRefused()
    {
        var request = Read(One(Histogram("latency", Cumulative, HistogramPoint(Now, 1, [1, 2], [1, 2, 3], packed: true))));
        Assert.Equal((0, 1), (request.Accepted, request.Rejections[RejectReason.BadValue]));
        Assert.Contains("latency: 2 bucket counts and 3 bounds", request.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_Summary_IsQuantilesSumAndCount()
    {
        var request = Read(One(Summary("rpc", SummaryPoint(Now, 10, 99.5, (0, 0), (0.99, 7)))));
        Assert.Equal([("rpc", "{quantile=\"0\"}", 0.0), ("rpc", "{quantile=\"0.99\"}", 7), ("rpc_count", "{}", 10), ("rpc_sum", "{}", 99.5)], Samples(request));
    }

    [Fact]
    public void Read_DeltaSums_RunUpOverRequests()
    {
        var totals = new List<double>();
        foreach (var (offset, delta) in new[] { (0, 5), (1000, 0), (2000, 7) })
        {
            totals.Add(_harness.Samples(Read(One(Sum("requests", Delta, true, Integer(Now + offset, delta)))))[0].Value);
        }

        Assert.Equal([5, 5, 12], totals);
    }

    [Fact]
    public void Read_DeltaSentAgain_IsNotAddedTwice()
    {
        var body = One(Sum("requests", Delta, true, Integer(Now, 5)));
        Read(body);
        Assert.Equal(5, _harness.Samples(Read(body))[0].Value);
        var older = Read(One(Sum("requests", Delta, true, Integer(Now - 1, 5))));
        Assert.Equal((0, 1), (older.Accepted, older.Rejections[RejectReason.OutOfOrderDelta]));
    }

    [Fact]
    public void Read_DeltaHistogram_RunsUpEveryPart()
    {
        Read(One(Histogram("latency", Delta, HistogramPoint(Now, 1, [1, 1], [1], packed: true))));
        var request = Read(One(Histogram("latency", Delta, HistogramPoint(Now + 1, 2, [0, 3], [1], packed: true))));
        Assert.Equal(
            [("latency_bucket", "{le=\"+Inf\"}", 5.0), ("latency_bucket", "{le=\"1\"}", 1), ("latency_count", "{}", 5), ("latency_sum", "{}", 3)], Samples(request));
    }

    [Fact]
    public void Read_NoRecordedValue_IsAStaleMarker()
    {
        var request = Read(One(Gauge("g", "", NoValue(Now))));
        Assert.Equal(0x7ff0000000000002, Assert.Single(_harness.Samples(request)).Bits);
    }

    [Fact]
    public void Read_UnspecifiedTemporality_IsRefused()
    {
        var request = Read(One(Sum("s", 0, true, Integer(Now, 1))));
        Assert.Equal(1, request.Rejections[RejectReason.BadValue]);
        Assert.Contains("aggregation_temporality", request.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_AttributesOfEveryType_BecomeText()
    {
        var request = Read(One(Gauge("g", "", Number(Now, 1,
            Attribute("bool", any => Varint(any, 2, 1)),
            Attribute("int", any => Varint(any, 3, -5)),
            Attribute("double", any => Fixed64(any, 4, BitConverter.DoubleToUInt64Bits(0.25))),
            Attribute("bytes", any => RemoteWrite.WriteRequests.Field(any, 7, [1, 2, 3])),
            Attribute("list", any => RemoteWrite.WriteRequests.Field(any, 5, Repeated(1, [Any("a"), Any("b\"")]))),
            Attribute("map", any => RemoteWrite.WriteRequests.Field(any, 6, Repeated(1, [Attribute("k", "v")])))))));
        Assert.Equal(
            LabelSet.Of(("bool", "true"), ("int", "-5"), ("double", "0.25"), ("bytes", "AQID"), ("list", """["a","b\""]"""), ("map", """{"k":"v"}""")),
            _harness.Build(request)[0].Series[0].Descriptor!.Labels);
    }

    [Fact]
    public void Read_ResourceAfterItsMetrics_StillLabels()
    {
        var metrics = Repeated(2, [Gauge("g", "", Number(Now, 1))]);
        var request = Read(Request(RemoteWrite.WriteRequests.Message(output =>
        {
            RemoteWrite.WriteRequests.Field(output, 2, metrics);
            RemoteWrite.WriteRequests.Field(output, 1, Repeated(1, [Attribute("host.name", "h")]));
        })));
        Assert.Equal("{host.name=\"h\"}", _harness.Samples(request)[0].Labels);
    }

    [Fact]
    public void Read_TooOldHistogram_CountsThePointOnce()
    {
        var request = Read(One(Histogram("latency", Cumulative, HistogramPoint(Now - 49 * 3_600_000L, 1, [1, 1], [1], packed: true))));
        Assert.Equal((0, 1), (request.Accepted, request.Rejections[RejectReason.TooOld]));
    }

    [Fact]
    public void Read_NotProtobuf_IsRefusedWhole() => Assert.Throws<IntakeFormatException>(() => Read("{\"resourceMetrics\":[]}"u8.ToArray()));

    [Property(MaxTest = 200)]
    public void Read_AnyNumbersTwice_AreTheSameSeriesWithTheSameBits(double[] values, byte hosts)
    {
        var body = Request([.. Enumerable.Range(0, hosts % 4 + 1).Select(host => ResourceMetrics(
            [Attribute("host.name", "h" + host)],
            Gauge("a", "", [.. values.Select((v, i) => Number(Now + i, v, Attribute("i", (i % 3).ToString())))]),
            Gauge("b", "", [.. values.Select((v, i) => Number(Now + i, v))])))]);
        var (cold, warm) = (_harness.Samples(Read(body)), _harness.Samples(Read(body)));
        Assert.Equal(cold, warm);
        Assert.Equal((hosts % 4 + 1) * values.Length * 2, cold.Count);
        var expected = Enumerable.Range(0, hosts % 4 + 1).SelectMany(host => values.SelectMany((v, i) => new[]
        {
            new TakenSample("a", $"{{host.name=\"h{host}\", i=\"{i % 3}\"}}", Now + i, BitConverter.DoubleToInt64Bits(v)),
            new TakenSample("b", $"{{host.name=\"h{host}\"}}", Now + i, BitConverter.DoubleToInt64Bits(v)),
        }));
        Assert.Equal(expected.OrderBy(s => s.ToString(), StringComparer.Ordinal), cold.OrderBy(s => s.ToString(), StringComparer.Ordinal));
    }

    [Fact]
    public void Read_KnownSeries_AllocatesTheColumnsAndNothingPerPoint()
    {
        const int points = 1000;
        var body = Request(ResourceMetrics([Attribute("host.name", "h")], [.. Enumerable.Range(0, 10).Select(m => Gauge(
            "metric" + m, "1", [.. Enumerable.Range(0, points / 10).Select(i => Number(Now, i, Attribute("i", i.ToString())))]))]));
        for (var i = 0; i < 20; i++) _intake.Read(body, _harness.Begin(points));
        var before = GC.GetAllocatedBytesForCurrentThread();
        var request = _harness.Begin(points);
        _intake.Read(body, request);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
        Assert.Equal(points, request.Accepted);
        Assert.InRange(allocated - points * 40, 0, 5000);
    }

    private IntakeRequest Read(byte[] body)
    {
        var request = _harness.Begin();
        _intake.Read(body, request);
        return request;
    }

    private IEnumerable<(string, string, double)> Samples(IntakeRequest request) =>
        _harness.Samples(request).OrderBy(s => s.Metric, StringComparer.Ordinal).ThenBy(s => s.Labels, StringComparer.Ordinal).Select(s => (s.Metric, s.Labels, s.Value));

    private static byte[] One(byte[] metric) => Request(ResourceMetrics([], metric));

    private static byte[] Any(string text) => RemoteWrite.WriteRequests.Message(output => RemoteWrite.WriteRequests.Text(output, 1, text));
}

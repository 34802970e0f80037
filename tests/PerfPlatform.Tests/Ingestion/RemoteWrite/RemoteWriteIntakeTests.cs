using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.RemoteWrite;
using PerfPlatform.Tests.Contracts.Samples;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.RemoteWrite;

public sealed class RemoteWriteIntakeTests
{
    private static readonly long StaleMarker = 0x7ff0000000000002;

    [Property(Arbitrary = [typeof(WriteArbitraries)], MaxTest = 300)]
    public void Read_AnyRequest_TakesWhatTheReferenceReads(byte[] body, bool warm, PositiveInt partitions)
    {
        var harness = new IntakeHarness(partitions: partitions.Get % 17 + 1);
        var intake = new RemoteWriteIntakes(harness.Cache).First;
        if (warm) intake.Read(body, harness.Begin());
        var request = harness.Begin();
        intake.Read(body, request);
        Assert.Equal(Sorted(Expected(body)), Sorted(harness.Samples(request)));
        Assert.Equal(0, request.Rejections.Total);
    }

    [Fact]
    public void Read_StaleMarker_KeepsItsBits()
    {
        var (harness, request) = Read(WriteRequests.Write(WriteRequests.Series("up", [], (IntakeHarness.Now, BitConverter.Int64BitsToDouble(StaleMarker)))));
        Assert.Equal(StaleMarker, Assert.Single(harness.Samples(request)).Bits);
    }

    [Fact]
    public void Read_ScatteredLabels_AreOneSeries()
    {
        var body = WriteRequests.Message(output => WriteRequests.Field(output, 1, WriteRequests.Message(series =>
        {
            WriteRequests.Field(series, 1, WriteRequests.LabelMessage(new Label("__name__", "up")));
            WriteRequests.Field(series, 2, WriteRequests.SampleMessage(IntakeHarness.Now, 1));
            WriteRequests.Field(series, 1, WriteRequests.LabelMessage(new Label("job", "a")));
            WriteRequests.Field(series, 9, [1, 2, 3]);
            WriteRequests.Field(series, 2, WriteRequests.SampleMessage(IntakeHarness.Now + 1, 2));
        })));
        var (harness, request) = Read(body);
        Assert.Equal([("{job=\"a\"}", 1.0), ("{job=\"a\"}", 2.0)], harness.Samples(request).Select(s => (s.Labels, s.Value)));
    }

    [Theory]
    [InlineData("http_requests_total", MetricKind.Counter)]
    [InlineData("latency_bucket", MetricKind.Counter)]
    [InlineData("latency_sum", MetricKind.Counter)]
    [InlineData("latency_count", MetricKind.Counter)]
    [InlineData("memory_bytes", MetricKind.Unknown)]
    public void Read_WithoutMetadata_GuessesTheKindFromTheName(string metric, MetricKind kind)
    {
        var (harness, request) = Read(WriteRequests.Write(WriteRequests.Series(metric, [], (IntakeHarness.Now, 1))));
        Assert.Equal(kind, harness.Build(request)[0].Series[0].Descriptor!.Kind);
    }

    [Fact]
    public void Read_MetadataAfterTheSeries_DescribesItAnew()
    {
        var harness = new IntakeHarness();
        var intake = new RemoteWriteIntakes(harness.Cache).First;
        var body = WriteRequests.Write(WriteRequests.Series("memory_bytes", [], (IntakeHarness.Now, 1)), WriteRequests.Series("other", [], (IntakeHarness.Now, 1)));
        var first = harness.Begin();
        intake.Read(body, first);
        foreach (var series in harness.Build(first)[0].Series)
        {
            harness.Cache.Register(Guid.NewGuid(), [], []);
            harness.Cache.Register(harness.Cache.Epoch.Epoch, series.Descriptor!.Fingerprint.ToBytes(), [7]);
        }

        intake.Read(WriteRequests.Metadata("memory_bytes", type: 2, "bytes"), harness.Begin());
        var second = harness.Begin();
        intake.Read(body, second);
        var batch = harness.Build(second)[0];
        Assert.Equal((MetricKind.Gauge, "bytes"), (batch.Series[0].Descriptor!.Kind, batch.Series[0].Descriptor!.Unit));
        Assert.Null(batch.Series[1].Descriptor);
    }

    [Fact]
    public void Read_IdThatArrivesAfterTheMetadata_DoesNotKeepTheDescriptionBack()
    {
        var harness = new IntakeHarness();
        var intake = new RemoteWriteIntakes(harness.Cache).First;
        var body = WriteRequests.Write(WriteRequests.Series("memory_bytes", [], (IntakeHarness.Now, 1)));
        var first = harness.Begin();
        intake.Read(body, first);
        var fingerprint = harness.Build(first)[0].Series[0].Descriptor!.Fingerprint.ToBytes();
        intake.Read(WriteRequests.Metadata("memory_bytes", type: 2, "bytes"), harness.Begin());
        // The answer to the first request: the registry knows nothing of the metadata.
        harness.Cache.Register(Guid.NewGuid(), fingerprint, [7]);
        Assert.Equal(MetricKind.Gauge, Read()?.Kind);
        Assert.Null(Read());

        SeriesDescriptor? Read()
        {
            var request = harness.Begin();
            intake.Read(body, request);
            return harness.Build(request)[0].Series[0].Descriptor;
        }
    }

    [Theory]
    [InlineData(1, "f_total", MetricKind.Counter)]
    [InlineData(5, "f", MetricKind.Gauge)]
    [InlineData(5, "f_count", MetricKind.Counter)]
    [InlineData(3, "f_bucket", MetricKind.Counter)]
    public void Read_AfterMetadata_KnowsTheKind(int type, string metric, MetricKind kind)
    {
        var harness = new IntakeHarness();
        var intake = new RemoteWriteIntakes(harness.Cache).First;
        intake.Read(WriteRequests.Metadata("f", type), harness.Begin());
        var request = harness.Begin();
        intake.Read(WriteRequests.Write(WriteRequests.Series(metric, [], (IntakeHarness.Now, 1))), request);
        Assert.Equal(kind, harness.Build(request)[0].Series[0].Descriptor!.Kind);
    }

    [Theory]
    [InlineData(-48 * 3_600_000L - 1, RejectReason.TooOld, "more than 2d ago")]
    [InlineData(600_001, RejectReason.TooFarInFuture, "more than 10m in the future")]
    public void Read_TimeOutsideTheLimits_RefusesThatSample(long offset, object reason, string message)
    {
        var (harness, request) = Read(WriteRequests.Write(WriteRequests.Series("up", ["job=a"], (IntakeHarness.Now + offset, 1), (IntakeHarness.Now, 2))));
        Assert.Equal(2, Assert.Single(harness.Samples(request)).Value);
        Assert.Equal(1, request.Rejections[(RejectReason)reason]);
        Assert.Contains(message, request.Rejections.ToString(), StringComparison.Ordinal);
        Assert.Contains("up{job=\"a\"}", request.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_BadSeries_RefusesThemAndKeepsTheOthers()
    {
        var good = WriteRequests.Series("up", ["job=a"], (IntakeHarness.Now, 1));
        var (harness, request) = Read(WriteRequests.Write(
            new WrittenSeries([new Label("job", "nameless")], [(IntakeHarness.Now, 1)]),
            WriteRequests.Series("up", ["job=a", "job=b"], (IntakeHarness.Now, 1)),
            good,
            WriteRequests.Series("long", ["l=" + new string('x', 4097)], (IntakeHarness.Now, 1), (IntakeHarness.Now, 2)),
            WriteRequests.Series("nul", ["l=a\0b"], (IntakeHarness.Now, 1)),
            WriteRequests.Series("named", ["__name__=twice"], (IntakeHarness.Now, 1)),
            WriteRequests.Series("many", Enumerable.Range(0, 65).Select(i => $"l{i}=x"), (IntakeHarness.Now, 1))));
        Assert.Equal("up", Assert.Single(harness.Samples(request)).Metric);
        Assert.Equal(1, request.Rejections[RejectReason.BadMetricName]);
        Assert.Equal(5, request.Rejections[RejectReason.BadLabel]);
        Assert.Equal(1, request.Rejections[RejectReason.TooManyLabels]);
        Assert.Contains("'job' comes twice", request.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_MoreSeriesThanTheKeyMayHave_RefusesNewOnesAndKeepsKnownOnes()
    {
        var harness = new IntakeHarness(new IngestionOptions { MaxSeriesPerKey = 2 });
        var intake = new RemoteWriteIntakes(harness.Cache).First;
        var series = Enumerable.Range(0, 5).Select(i => WriteRequests.Series("up", [$"i={i}"], (IntakeHarness.Now, i))).ToArray();
        for (var round = 0; round < 3; round++)
        {
            var request = harness.Begin();
            intake.Read(WriteRequests.Write(series), request);
            Assert.Equal([0, 1], harness.Samples(request).Select(s => s.Value));
            Assert.Equal(3, request.Rejections[RejectReason.SeriesLimit]);
        }

        harness.Quota = new("another") { Limit = 10 };
        var other = harness.Begin();
        intake.Read(WriteRequests.Write(series), other);
        Assert.Equal(5, other.Accepted);
    }

    [Fact]
    public void Read_TooManySamples_StopsTheRequest()
    {
        var harness = new IntakeHarness(new IngestionOptions { MaxSamplesPerRequest = 10 });
        var body = WriteRequests.Write(WriteRequests.Series("up", [], [.. Enumerable.Range(0, 11).Select(i => (IntakeHarness.Now + i, 1.0))]));
        var intake = new RemoteWriteIntakes(harness.Cache).First;
        Assert.Throws<IntakeTooLargeException>(() => intake.Read(body, harness.Begin()));
    }

    private static (IntakeHarness Harness, IntakeRequest Request) Read(byte[] body)
    {
        var harness = new IntakeHarness();
        var request = harness.Begin();
        new RemoteWriteIntakes(harness.Cache).First.Read(body, request);
        return (harness, request);
    }

    internal static IEnumerable<TakenSample> Expected(byte[] body) =>
        from series in WriteRequests.Read(body)
        let labels = LabelSet.From(series.Labels.Where(l => l.Name != "__name__" && l.Value.Length > 0))
        from sample in series.Samples
        select new TakenSample(series.Labels.Single(l => l.Name == "__name__").Value, labels.ToString(), sample.Time, BitConverter.DoubleToInt64Bits(sample.Value));

    internal static IReadOnlyList<TakenSample> Sorted(IEnumerable<TakenSample> samples) =>
        [.. samples.OrderBy(s => s.Metric, StringComparer.Ordinal).ThenBy(s => s.Labels, StringComparer.Ordinal).ThenBy(s => s.Time).ThenBy(s => s.Bits)];
}

/// <summary>Bodies of write requests, good in every respect, for FsCheck.</summary>
public static class WriteArbitraries
{
    public static Arbitrary<byte[]> Bodies()
    {
        var time = Gen.Choose(-172_000_000, 600_000).Select(offset => IntakeHarness.Now + offset);
        var sample = from t in time from value in BatchGenerators.AnyDouble() select (t, value);
        var series =
            from metric in Gen.Elements("up", "http_requests_total", "größe", "a.b")
            from labels in BatchGenerators.AnyLabels()
            from seed in Gen.Choose(0, int.MaxValue)
            from samples in sample.ListOf()
            select new WrittenSeries(Shuffled([new Label("__name__", metric), .. labels], seed), [.. samples]);
        return series.ListOf().Select(list => WriteRequests.Write(list)).ToArbitrary();
    }

    private static Label[] Shuffled(Label[] labels, int seed)
    {
        new Random(seed).Shuffle(labels);
        return labels;
    }
}

using FsCheck.Xunit;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.RemoteWrite;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.RemoteWrite;

/// <summary>Remote write 2.0.</summary>
public sealed class ReferringIntakeTests
{
    private const long Now = IntakeHarness.Now;

    [Property(Arbitrary = [typeof(WriteArbitraries)], MaxTest = 300)]
    public void Read_AnyRequest_TakesWhatTheReferenceReadsOfTheSameInFirst(byte[] first, bool repeat, bool last, bool packed, bool warm, bool after)
    {
        var request = new SymbolRequest { Repeat = repeat, SymbolsLast = last };
        foreach (var series in WriteRequests.Read(first)) request.Add(series, packed);
        var harness = new IntakeHarness(partitions: 3);
        var intakes = new RemoteWriteIntakes(harness.Cache);
        // The same series may have come before, by this version or by the other.
        if (warm) intakes.First.Read(first, harness.Begin());
        if (after) intakes.Second.Read(request.ToBody(), harness.Begin());
        var (known, taken) = (harness.Cache.Count, harness.Begin());
        var written = intakes.Second.Read(request.ToBody(), taken);
        if (warm || after) Assert.Equal(known, harness.Cache.Count);
        var expected = RemoteWriteIntakeTests.Sorted(RemoteWriteIntakeTests.Expected(first));
        Assert.Equal(expected, RemoteWriteIntakeTests.Sorted(harness.Samples(taken)));
        Assert.Equal((new WrittenCounts(expected.Count, 0), 0), (written, taken.Rejections.Total));
    }

    [Fact]
    public void Read_BodyOfTheOtherVersion_SaysWhichItIs()
    {
        var harness = new IntakeHarness();
        var intakes = new RemoteWriteIntakes(harness.Cache);
        var series = WriteRequests.Series("up", [], (Now, 1));
        var second = new SymbolRequest();
        second.Add(series);
        var wrong = Assert.Throws<IntakeFormatException>(() => intakes.First.Read(second.ToBody(), harness.Begin()));
        Assert.StartsWith("The body is an io.prometheus.write.v2.Request (remote write 2.0), but its Content-Type says prometheus.WriteRequest (1.0)", wrong.Message, StringComparison.Ordinal);
        wrong = Assert.Throws<IntakeFormatException>(() => intakes.Second.Read(WriteRequests.Write(series), harness.Begin()));
        Assert.StartsWith("The body is a prometheus.WriteRequest (remote write 1.0), but its Content-Type says io.prometheus.write.v2.Request (2.0)", wrong.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Read_StaleMarker_KeepsItsBits()
    {
        const long stale = 0x7ff0000000000002;
        var request = new SymbolRequest();
        request.Add(WriteRequests.Series("up", [], (Now, BitConverter.Int64BitsToDouble(stale))));
        var (harness, taken, _) = Read(request);
        Assert.Equal(stale, Assert.Single(harness.Samples(taken)).Bits);
    }

    [Fact]
    public void Read_Metadata_GivesKindAndUnit()
    {
        var request = new SymbolRequest();
        request.Add(WriteRequests.Series("a", [], (Now, 1)), type: 1, unit: "seconds");
        request.Add(WriteRequests.Series("b_total", [], (Now, 1)), type: 2);
        request.Add(WriteRequests.Series("c_bucket", [], (Now, 1)), type: 3, unit: "seconds");
        request.Add(WriteRequests.Series("c_sum", [], (Now, 1)), type: 3, unit: "seconds");
        request.Add(WriteRequests.Series("d", [], (Now, 1)));
        var (harness, taken, _) = Read(request);
        Assert.Equal(
            [("a", MetricKind.Counter, "seconds"), ("b_total", MetricKind.Gauge, ""), ("c_bucket", MetricKind.Counter, ""), ("c_sum", MetricKind.Counter, "seconds"), ("d", MetricKind.Unknown, "")],
            harness.Build(taken)[0].Series.ToArray().Select(s => (s.Descriptor!.Metric.Value, s.Descriptor.Kind, s.Descriptor.Unit)).Order());
    }

    [Fact]
    public void Read_MetadataOfAKnownSeries_DescribesItAnewOnce()
    {
        var harness = new IntakeHarness();
        var intakes = new RemoteWriteIntakes(harness.Cache);
        var series = WriteRequests.Series("memory_bytes", [], (Now, 1));
        intakes.First.Read(WriteRequests.Write(series), harness.Begin());
        Assert.Equal((MetricKind.Gauge, "bytes"), Describe(type: 2, "bytes"));
        // Another sender that differs does not turn it over: with every request of both the registry would learn it again.
        Assert.Equal((MetricKind.Gauge, "bytes"), Describe(type: 1, "blocks"));

        (MetricKind, string) Describe(int type, string unit)
        {
            var request = new SymbolRequest();
            request.Add(series, type: type, unit: unit);
            intakes.Second.Read(request.ToBody(), harness.Begin());
            var taken = harness.Begin();
            intakes.Second.Read(request.ToBody(), taken);
            var descriptor = harness.Build(taken)[0].Series[0].Descriptor!;
            return (descriptor.Kind, descriptor.Unit);
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Read_CreatedTime_IsASampleOfZeroOnce(bool inSample)
    {
        var harness = new IntakeHarness();
        var intake = new RemoteWriteIntakes(harness.Cache).Second;
        Assert.Equal([(Now - 5000, 0.0), (Now, 7)], Send(Now - 5000, Now, 7));
        Assert.Equal([(Now + 1, 8.0)], Send(Now - 5000, Now + 1, 8));
        // Restarted.
        Assert.Equal([(Now + 2, 0.0), (Now + 3, 1)], SendAt(Now + 3, Now + 2, Now + 3, 1));

        IEnumerable<(long, double)> Send(long created, long time, double value) => SendAt(time, created, time, value);

        IEnumerable<(long, double)> SendAt(long now, long created, long time, double value)
        {
            if (now > harness.Clock.GetUtcNow().ToUnixTimeMilliseconds()) harness.Clock.SetUtcNow(DateTimeOffset.FromUnixTimeMilliseconds(now));
            var request = new SymbolRequest();
            request.Add(WriteRequests.Series("requests_total", [], (time, value)), type: 1, created: inSample ? 0 : created, start: inSample ? created : 0);
            var taken = harness.Begin();
            Assert.Equal(new WrittenCounts(1, 0), intake.Read(request.ToBody(), taken));
            return harness.Samples(taken).Select(s => (s.Time, s.Value)).Order();
        }
    }

    [Theory]
    [InlineData(2, -5000)]
    [InlineData(1, 0)]
    [InlineData(1, 5000)]
    [InlineData(1, -200_000_000)]
    public void Read_CreatedTimeThatSaysNothing_IsLeftOut(int type, long offset)
    {
        var request = new SymbolRequest();
        request.Add(WriteRequests.Series("x", [], (Now, 7)), type: type, created: Now + offset);
        var (harness, taken, _) = Read(request);
        Assert.Equal([(Now, 7.0)], harness.Samples(taken).Select(s => (s.Time, s.Value)));
        Assert.Equal(0, taken.Rejections.Total);
    }

    [Fact]
    public void Read_BadReferences_RefusesThatSeriesAndKeepsTheOthers()
    {
        var sample = WriteRequests.SampleMessage(Now, 1);
        var request = new SymbolRequest();
        request.Add(WriteRequests.Series("up", ["job=a"], (Now, 1)));
        request.AddRaw([1, 2, 99, 3], sample);
        request.AddRaw([1, 2, 3], sample);
        request.AddRaw([], sample);
        request.AddRaw([.. Enumerable.Repeat(3u, 200)], sample);
        request.Add(WriteRequests.Series("long", ["l=" + new string('x', 4097)], (Now, 1)));
        var (harness, taken, written) = Read(request);
        Assert.Equal(("up", 1), (Assert.Single(harness.Samples(taken)).Metric, written.Samples));
        Assert.Equal(
            (2, 1, 1, 1),
            (taken.Rejections[RejectReason.Malformed], taken.Rejections[RejectReason.BadMetricName], taken.Rejections[RejectReason.TooManyLabels], taken.Rejections[RejectReason.BadLabel]));
        Assert.Contains("indexes of symbols", taken.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LongTextReferredToOften_TakesNoMemoryForIt()
    {
        var request = new SymbolRequest();
        request.Add(new WrittenSeries([new Label("__name__", new string('x', 1_000_000))], []));
        for (var i = 0; i < 1000; i++) request.AddRaw([.. Enumerable.Repeat(2u, 60)], WriteRequests.SampleMessage(Now, 1));
        var body = request.ToBody();
        var harness = new IntakeHarness();
        var intake = new RemoteWriteIntakes(harness.Cache).Second;
        var before = GC.GetAllocatedBytesForCurrentThread();
        var taken = harness.Begin();
        intake.Read(body, taken);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal(1000, taken.Rejections[RejectReason.BadLabel]);
    }

    [Fact]
    public void Read_ManyReferences_TakeNoMemory()
    {
        var request = new SymbolRequest();
        request.AddRaw([.. Enumerable.Repeat(0u, 2_000_000)], WriteRequests.SampleMessage(Now, 1));
        var body = request.ToBody();
        var harness = new IntakeHarness();
        var intake = new RemoteWriteIntakes(harness.Cache).Second;
        var taken = harness.Begin();
        var before = GC.GetAllocatedBytesForCurrentThread();
        intake.Read(body, taken);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000);
        Assert.Equal(1, taken.Rejections[RejectReason.TooManyLabels]);
    }

    [Fact]
    public void Read_CounterThatBeginsWithItsSample_KeepsThatSample()
    {
        var harness = new IntakeHarness();
        var intake = new RemoteWriteIntakes(harness.Cache).Second;
        Assert.Equal([(Now, 3.0)], Send(Now, 3));
        Assert.Equal([(Now + 1, 4.0)], Send(Now + 1, 4));

        IEnumerable<(long, double)> Send(long time, double value)
        {
            var request = new SymbolRequest();
            request.Add(WriteRequests.Series("requests_total", [], (time, value)), type: 1, created: Now);
            var taken = harness.Begin();
            intake.Read(request.ToBody(), taken);
            return harness.Samples(taken).Select(s => (s.Time, s.Value));
        }
    }

    [Fact]
    public void Read_Refused_CountsOnlyWhatWasWritten()
    {
        var request = new SymbolRequest();
        request.Add(WriteRequests.Series("up", [], (1, 1), (Now, 2)));
        request.AddHistogram("h", WrittenHistogram.Of([1, 2], 0, Now));
        request.AddHistogram("h", WrittenHistogram.Of([1, 2], 0, 1));
        request.AddHistogram("h", WrittenHistogram.Of([1, 2], 9, Now));
        var (_, taken, written) = Read(request);
        Assert.Equal(new WrittenCounts(1, 1), written);
        Assert.Equal((2, 1), (taken.Rejections[RejectReason.TooOld], taken.Rejections[RejectReason.BadValue]));
        Assert.Contains("native histogram h: the schema 9", taken.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_NotARequest_IsRefusedWhole()
    {
        var harness = new IntakeHarness();
        Assert.Throws<IntakeFormatException>(() => new RemoteWriteIntakes(harness.Cache).Second.Read([0x2A, 0x7F, 1], harness.Begin()));
    }

    [Fact]
    public void Read_KnownSeries_AllocatesTheColumnsAndNothingPerSample()
    {
        const int series = 2000;
        var harness = new IntakeHarness();
        var intake = new RemoteWriteIntakes(harness.Cache).Second;
        var request = new SymbolRequest();
        for (var i = 0; i < series; i++) request.Add(WriteRequests.Series("up", [$"instance=host-{i}", "job=node"], (Now, i * 0.5)), type: 2);
        var body = request.ToBody();
        for (var i = 0; i < 20; i++) intake.Read(body, harness.Begin(series));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var taken = harness.Begin(series);
        intake.Read(body, taken);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(series, taken.Accepted);
        // The columns: 24 bytes a series, 8 a time, 8 a value. All else is a few objects a request.
        Assert.InRange(allocated - (series * (24 + 8 + 8)), 0, 4000);
    }

    private static (IntakeHarness Harness, IntakeRequest Request, WrittenCounts Written) Read(SymbolRequest request)
    {
        var harness = new IntakeHarness();
        var taken = harness.Begin();
        return (harness, taken, new RemoteWriteIntakes(harness.Cache).Second.Read(request.ToBody(), taken));
    }
}

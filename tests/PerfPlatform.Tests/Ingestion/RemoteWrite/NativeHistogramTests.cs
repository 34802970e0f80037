using System.Globalization;
using System.Text.RegularExpressions;
using FsCheck;
using FsCheck.Fluent;
using FsCheck.Xunit;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Histograms;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.RemoteWrite;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.RemoteWrite;

/// <summary>Native histograms of 1.0 and 2.0 as classic buckets.</summary>
public sealed partial class NativeHistogramTests
{
    private const long Now = IntakeHarness.Now;
    private const long Stale = 0x7ff0000000000002;

    [Property(Arbitrary = [typeof(HistogramArbitraries)], MaxTest = 300)]
    public void Read_AnyHistograms_CountWhatIsAtOrBelowEachBound(HistogramRun run)
    {
        var harness = new IntakeHarness();
        var intakes = new RemoteWriteIntakes(harness.Cache);
        var known = new HashSet<string>();
        foreach (var (histogram, i) in run.Histograms.Select((h, i) => (h, i)))
        {
            var request = harness.Begin();
            if (i % 2 == 0)
            {
                intakes.First.Read(WriteRequests.Histogram("h", histogram), request);
            }
            else
            {
                var second = new SymbolRequest();
                second.AddHistogram("h", histogram);
                Assert.Equal(new WrittenCounts(0, 1), intakes.Second.Read(second.ToBody(), request));
            }

            Assert.Equal(0, request.Rejections.Total);
            var samples = harness.Samples(request);
            Assert.Equal(histogram.Observations.Count, samples.Single(s => s.Metric == "h_count").Value);
            Assert.Equal(histogram.Observations.Sum(), samples.Single(s => s.Metric == "h_sum").Value);
            var buckets = samples.Where(s => s.Metric == "h_bucket").ToDictionary(s => Bound().Match(s.Labels).Groups[1].Value);
            foreach (var (bound, bucket) in buckets)
            {
                if (bucket.Bits == Stale) Assert.Contains(bound, known);
                else Assert.Equal(histogram.Observations.Count(o => o <= Parse(bound)), bucket.Value);
            }

            // A bound that was stored goes on or ends.
            Assert.Subset(buckets.Keys.ToHashSet(), known);
            // Where there are observations there is a bucket of their width, not a wider one.
            var bounds = buckets.Where(b => b.Value.Bits != Stale).Select(b => Parse(b.Key)).Order().ToList();
            foreach (var observation in histogram.Observations.Where(o => Math.Abs(o) > WrittenHistogram.ZeroThreshold))
            {
                var (upper, lower) = (bounds.First(b => b >= observation), bounds.Last(b => b < observation));
                Assert.Equal(Math.Pow(2, Math.Pow(2, -histogram.Schema)), observation > 0 ? upper / lower : lower / upper, 1e-9);
            }

            known.UnionWith(buckets.Where(b => b.Value.Bits != Stale).Select(b => b.Key));
            known.ExceptWith(buckets.Where(b => b.Value.Bits == Stale).Select(b => b.Key));
        }
    }

    [Fact]
    public void Read_Histogram_IsOfTheLabelsAndKindsOfAClassicOne()
    {
        var harness = new IntakeHarness();
        var request = harness.Begin();
        new RemoteWriteIntakes(harness.Cache).First.Read(WriteRequests.Histogram("h", WrittenHistogram.Of([1.5, 3, 3], 0, Now)), request);
        Assert.Equal(
            [
                ("h_bucket", "{job=\"a\", le=\"+Inf\"}", 3.0), ("h_bucket", "{job=\"a\", le=\"1\"}", 0), ("h_bucket", "{job=\"a\", le=\"2\"}", 1),
                ("h_bucket", "{job=\"a\", le=\"4\"}", 3), ("h_count", "{job=\"a\"}", 3), ("h_sum", "{job=\"a\"}", 7.5),
            ],
            harness.Samples(request).Select(s => (s.Metric, s.Labels.Replace("\",l", "\", l", StringComparison.Ordinal), s.Value)).OrderBy(s => s.Metric, StringComparer.Ordinal).ThenBy(s => s.Item2, StringComparer.Ordinal));
        Assert.All(harness.Build(request)[0].Series.ToArray(), s => Assert.Equal(MetricKind.Counter, s.Descriptor!.Kind));
    }

    [Fact]
    public void Read_GaugeHistogram_IsOfGauges()
    {
        var harness = new IntakeHarness();
        var request = harness.Begin();
        new RemoteWriteIntakes(harness.Cache).First.Read(WriteRequests.Histogram("h", WrittenHistogram.Of([1.5], 0, Now) with { Hint = 3 }), request);
        Assert.All(harness.Build(request)[0].Series.ToArray(), s => Assert.Equal(MetricKind.Gauge, s.Descriptor!.Kind));
    }

    [Fact]
    public void Read_StaleHistogram_EndsEveryBucketThatWasStored()
    {
        var harness = new IntakeHarness();
        var intake = new RemoteWriteIntakes(harness.Cache).First;
        var first = harness.Begin();
        intake.Read(WriteRequests.Histogram("h", WrittenHistogram.Of([-5, 0, 1.5, 900], 2, Now)), first);
        var second = harness.Begin();
        intake.Read(WriteRequests.Histogram("h", WrittenHistogram.Of([], 0, Now + 1) with { Sum = BitConverter.Int64BitsToDouble(Stale) }), second);
        var ended = harness.Samples(second);
        Assert.Equal(harness.Samples(first).Select(s => (s.Metric, s.Labels)).Order(), ended.Select(s => (s.Metric, s.Labels)).Order());
        Assert.All(ended, s => Assert.Equal(Stale, s.Bits));
    }

    [Fact]
    public void Read_CreatedTime_IsAZeroOfEveryPart()
    {
        var harness = new IntakeHarness();
        var intake = new RemoteWriteIntakes(harness.Cache).Second;
        var request = new SymbolRequest();
        request.AddHistogram("h", WrittenHistogram.Of([1.5], 0, Now) with { Start = Now - 1000 });
        var taken = harness.Begin();
        Assert.Equal(new WrittenCounts(0, 1), intake.Read(request.ToBody(), taken));
        var samples = harness.Samples(taken);
        Assert.Equal(samples.Where(s => s.Time == Now).Select(s => s.Labels + s.Metric).Order(), samples.Where(s => s.Time == Now - 1000).Select(s => s.Labels + s.Metric).Order());
        Assert.All(samples.Where(s => s.Time == Now - 1000), s => Assert.Equal(0, s.Value));
    }

    [Fact]
    public void Read_CustomBounds_AreTheBuckets()
    {
        // 0.5: 2, 1: none, 5: 3 and 1 beyond.
        var histogram = WriteRequests.Message(output =>
        {
            output.WriteRawTag(0x08);
            output.WriteUInt64(6);
            output.WriteRawTag(0x20);
            output.WriteSInt32(-53);
            WriteRequests.Field(output, 11, [0x08, 0x00, 0x10, 0x01]);
            WriteRequests.Field(output, 11, [0x08, 0x02, 0x10, 0x02]);
            WriteRequests.Field(output, 12, [0x04, 0x02, 0x03]);
            output.WriteRawTag(0x78);
            output.WriteInt64(Now);
            WriteRequests.Field(output, 16, [.. BitConverter.GetBytes(0.5), .. BitConverter.GetBytes(1.0), .. BitConverter.GetBytes(5.0)]);
        });
        Assert.Equal([("+Inf", 6.0), ("0.5", 2), ("1", 2), ("5", 5)], Buckets(histogram));
    }

    [Theory]
    [InlineData(new byte[] { 0x5A, 0x04, 0x08, 0x00, 0x10, 0x02, 0x62, 0x01, 0x02 }, "do not fit")] // two buckets, one count
    [InlineData(new byte[] { 0x08, 0x01, 0x5A, 0x04, 0x08, 0x00, 0x10, 0x01, 0x62, 0x01, 0x01 }, "do not fit")] // a count of -1
    [InlineData(new byte[] { 0x08, 0x01, 0x5A, 0x04, 0x08, 0x00, 0x10, 0x01, 0x62, 0x01, 0x04 }, "more than its count")] // 2 of 1
    [InlineData(new byte[] { 0x20, 0x12 }, "schema 9")]
    public void Read_HistogramThatCannotBe_IsRefusedByName(byte[] histogram, string why)
    {
        var harness = new IntakeHarness();
        var request = harness.Begin();
        new RemoteWriteIntakes(harness.Cache).First.Read(Body(histogram), request);
        Assert.Equal((0, 1), (request.Accepted, request.Rejections[RejectReason.BadValue]));
        Assert.Contains("native histogram h: ", request.Rejections.ToString(), StringComparison.Ordinal);
        Assert.Contains(why, request.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(11, 12)]
    [InlineData(8, 9)]
    public void Read_MoreBucketsThanAnyoneWrites_AreRefusedAndTakeNoMemory(int spans, int deltas)
    {
        // One span, and a byte for each count.
        var histogram = WriteRequests.Message(output =>
        {
            WriteRequests.Field(output, spans, [0x08, 0x00, 0x10, 0xC0, 0x84, 0x3D]);
            WriteRequests.Field(output, deltas, new byte[1_000_000]);
            output.WriteRawTag(0x78);
            output.WriteInt64(Now);
        });
        var harness = new IntakeHarness();
        var intake = new RemoteWriteIntakes(harness.Cache).First;
        var (body, request) = (Body(histogram), harness.Begin());
        var before = GC.GetAllocatedBytesForCurrentThread();
        intake.Read(body, request);
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 2_000_000);
        Assert.Equal((0, 1), (request.Accepted, request.Rejections[RejectReason.BadValue]));
        Assert.Contains("more than 10000 buckets", request.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(1, 0, 2.0)]
    [InlineData(-3, 0, 0.125)]
    [InlineData(2, -4, 4294967296.0)]
    [InlineData(8, 3, 2.0)]
    [InlineData(-1, 1, 0.70710678118654752)]
    [InlineData(2000, 0, double.PositiveInfinity)]
    [InlineData(long.MaxValue, 8, double.PositiveInfinity)]
    [InlineData(long.MinValue, -4, 0.0)]
    public void Bound_OfIndexAndSchema_IsThePowerOfTwo(long index, int schema, double expected) => Assert.Equal(expected, ClassicBuckets.Bound(index, schema), 1e-15);

    private static byte[] Body(byte[] histogram) => WriteRequests.Message(output => WriteRequests.Field(output, 1, WriteRequests.Message(series =>
    {
        WriteRequests.Field(series, 1, WriteRequests.LabelMessage(new Label("__name__", "h")));
        WriteRequests.Field(series, 4, histogram);
    })));

    private static IEnumerable<(string, double)> Buckets(byte[] histogram)
    {
        var harness = new IntakeHarness();
        var request = harness.Begin();
        new RemoteWriteIntakes(harness.Cache).First.Read(Body(histogram), request);
        return harness.Samples(request).Where(s => s.Metric == "h_bucket").Select(s => (Bound().Match(s.Labels).Groups[1].Value, s.Value)).OrderBy(b => b.Item1, StringComparer.Ordinal);
    }

    private static double Parse(string bound) => bound == "+Inf" ? double.PositiveInfinity : double.Parse(bound, CultureInfo.InvariantCulture);

    [GeneratedRegex("le=\"([^\"]+)\"")]
    private static partial Regex Bound();
}

/// <summary>Histograms of one series, one after the other; the resolution may change and the counts may start anew.</summary>
public sealed class HistogramRun
{
    internal IReadOnlyList<WrittenHistogram> Histograms { get; init; } = [];

    public override string ToString() => string.Join("; ", Histograms.Select(h => $"schema {h.Schema}: {string.Join(' ', h.Observations)}"));
}

/// <summary>Native histograms of observations that lie on no bound.</summary>
public static class HistogramArbitraries
{
    public static Arbitrary<HistogramRun> Runs()
    {
        // In the middle of a bucket at the finest schema: no rounding decides.
        var observation = Gen.Choose(-3000, 3000).SelectMany(i => Gen.Elements(1.0, 1.0, -1.0, 0.0).Select(sign => sign * Math.Pow(2, (i + 0.5) / 256)));
        var histogram =
            from observations in observation.ListOf()
            from schema in Gen.Choose(-4, 8)
            from floats in Gen.Elements(true, false)
            from unpacked in Gen.Elements(true, false)
            select WrittenHistogram.Of([.. observations], schema, IntakeHarness.Now) with { Floats = floats, Unpacked = unpacked };
        return histogram.ListOf().Select(list => new HistogramRun { Histograms = [.. list] }).ToArbitrary();
    }
}

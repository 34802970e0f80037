using System.Globalization;
using FsCheck.Xunit;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Otlp;
using Xunit;
using static PerfPlatform.Tests.Ingestion.IntakeHarness;
using static PerfPlatform.Tests.Ingestion.Otlp.OtlpRequests;

namespace PerfPlatform.Tests.Ingestion.Otlp;

public sealed class OtlpExponentialTests
{
    private readonly IntakeHarness _harness = new();
    private readonly OtlpIntake _intake = new(new OtlpResources());

    [Fact]
    public void Read_OneOctaveABucket_TellsEdgesZerosAndNegatives()
    {
        // (1, 2] once, (4, 8] twice, three zeros up to 0.25, [-2, -1) once.
        var samples = Samples(Read(Cumulative, ExponentialPoint(Now, 0, 3, (0, [1, 0, 2]), (0, [1]), 9.5, threshold: 0.25)));
        Assert.Equal(
            [("-2", 0), ("-1", 1), ("-0.25", 1), ("0.25", 4), ("1", 4), ("2", 5), ("4", 5), ("8", 7), ("+Inf", 7)],
            samples.Where(s => s.Metric == "exp_bucket").Select(s => (Bound(s), s.Value)));
        Assert.Equal(9.5, Assert.Single(samples, s => s.Metric == "exp_sum").Value);
        Assert.Equal(7, Assert.Single(samples, s => s.Metric == "exp_count").Value);
    }

    [Fact]
    public void Read_FinerScale_IsMergedToQuartersOfAnOctave()
    {
        // Scale 4: sixteen buckets an octave, four of which are one of ours.
        var samples = Samples(Read(Cumulative, ExponentialPoint(Now, 4, 0, (-1, [1, 1, 1, 1, 1, 1]))));
        Assert.Equal(
            [("0.8408964152537145", 0), ("1", 1), ("1.189207115002721", 5), ("1.4142135623730951", 6), ("+Inf", 6)],
            samples.Where(s => s.Metric == "exp_bucket").Select(s => (Bound(s), s.Value)));
    }

    [Fact]
    public void Read_Deltas_RunUpInEveryBucketThatWasTold()
    {
        Read(Delta, ExponentialPoint(Now, 0, 0, (0, [5]), sum: 8));
        Read(Delta, ExponentialPoint(Now + 1, 0, 1, (2, [3]), sum: 18));
        var third = Read(Delta, ExponentialPoint(Now + 2, 0, 0, (0, [4]), sum: 6));
        string[] expected = ["0 1", "1 1", "2 10", "4 10", "8 13", "+Inf 13"];
        Assert.Equal(expected, Buckets(third));
        Assert.Equal(32, Samples(third).Single(s => s.Metric == "exp_sum").Value);
        // Sent again nothing is added, and what comes late is refused.
        Assert.Equal(expected, Buckets(Read(Delta, ExponentialPoint(Now + 2, 0, 0, (0, [4]), sum: 6))));
        var late = Read(Delta, ExponentialPoint(Now + 1, 0, 1, (2, [3])));
        Assert.Equal((0, 1), (late.Accepted, late.Rejections[RejectReason.OutOfOrderDelta]));
    }

    [Fact]
    public void Read_CumulativeAfterARestart_StillTellsTheBoundsOfBefore()
    {
        Read(Cumulative, ExponentialPoint(Now, 0, 0, (0, [5, 1])));
        Assert.Equal(["1 0", "2 2", "4 2", "+Inf 2"], Buckets(Read(Cumulative, ExponentialPoint(Now + 1, 0, 0, (0, [2])))));
    }

    [Theory]
    [InlineData(Cumulative)]
    [InlineData(Delta)]
    public void Read_ScaleThatBecomesCoarser_EndsBoundsThatItCannotTell(int temporality)
    {
        // (1, 1.19] once and (1.19, 1.41] once, then octaves: of 1.19 and 1.41 it is not known how many of the five lie below.
        Assert.Equal(["1 0", "1.189207115002721 1", "1.4142135623730951 2", "+Inf 2"], Buckets(Read(temporality, ExponentialPoint(Now, 2, 0, (0, [1, 1])))));
        var coarser = Read(temporality, ExponentialPoint(Now + 1, 0, 0, (0, [temporality == Delta ? 3UL : 5])));
        Assert.Equal(["1 0", "1.189207115002721 NaN", "1.4142135623730951 NaN", "2 5", "+Inf 5"], Buckets(coarser));
        Assert.Equal(2, Samples(coarser).Count(s => s.Bits == StaleMarker.Bits));
        Assert.Equal(["1 0", "2 6", "+Inf 6"], Buckets(Read(temporality, ExponentialPoint(Now + 2, 0, 0, (0, [temporality == Delta ? 1UL : 6])))));
    }

    [Theory]
    [InlineData(int.MaxValue, 0, "+Inf 1")]
    [InlineData(int.MinValue, 5, "+Inf 1")]
    public void Read_IndexesBeyondANumber_AreCountedWithTheOutermost(int offset, int scale, string last) =>
        Assert.Equal(last, Buckets(Read(Cumulative, ExponentialPoint(Now, scale, 0, (offset, [1]))))[^1]);

    [Fact]
    public void Read_MoreBucketsThanAreKept_AreMerged()
    {
        var buckets = Buckets(Read(Cumulative, ExponentialPoint(Now, 2, 0, (-1000, [.. Enumerable.Repeat(1UL, 2000)]))));
        Assert.InRange(buckets.Count, 100, 322);
        Assert.Equal("+Inf 2000", buckets[^1]);
    }

    [Fact]
    public void Read_ScaleThatCannotBe_IsRefused()
    {
        var request = Read(Cumulative, ExponentialPoint(Now, -11, 0, (0, [1])));
        Assert.Equal((0, 1), (request.Accepted, request.Rejections[RejectReason.BadValue]));
        Assert.Contains("exp: scale -11", request.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Property(MaxTest = 200)]
    public void Read_AnyValuesAtAnyScale_CountsThoseUpToEachBound(int[] seeds, byte scaleSeed)
    {
        var scale = scaleSeed % 12 - 3;
        // Values in the middle of a bucket of that scale, so that no rounding decides where they belong.
        var indexes = seeds.Select(seed => seed % 60).ToArray();
        var values = indexes.Select(index => Math.Pow(2, (index + 0.5) / Math.Pow(2, scale))).ToArray();
        var offset = indexes.DefaultIfEmpty(0).Min();
        var counts = new ulong[indexes.DefaultIfEmpty(0).Max() - offset + 1];
        foreach (var index in indexes) counts[index - offset]++;
        var harness = new IntakeHarness();
        var request = harness.Begin();
        new OtlpIntake(new OtlpResources()).Read(Body(Cumulative, ExponentialPoint(Now, scale, 0, (offset, counts))), request);
        var buckets = harness.Samples(request).Where(s => s.Metric == "exp_bucket").ToList();
        Assert.Equal(values.Length == 0 ? 1 : 3, Math.Min(3, buckets.Count));
        foreach (var bucket in buckets)
        {
            var bound = Bound(bucket) == "+Inf" ? double.PositiveInfinity : double.Parse(Bound(bucket), CultureInfo.InvariantCulture);
            Assert.Equal(values.Count(value => value <= bound), bucket.Value);
        }
    }

    private static byte[] Body(int temporality, byte[] point) => Request(ResourceMetrics([], ExponentialHistogram("exp", temporality, point)));

    private IntakeRequest Read(int temporality, byte[] point)
    {
        var request = _harness.Begin();
        _intake.Read(Body(temporality, point), request);
        return request;
    }

    private IReadOnlyList<TakenSample> Samples(IntakeRequest request) => _harness.Samples(request);

    private List<string> Buckets(IntakeRequest request) =>
        [.. Samples(request).Where(s => s.Metric == "exp_bucket").Select(s => string.Create(CultureInfo.InvariantCulture, $"{Bound(s)} {s.Value}"))];

    private static string Bound(TakenSample sample) => sample.Labels["{le=\"".Length..^"\"}".Length];
}

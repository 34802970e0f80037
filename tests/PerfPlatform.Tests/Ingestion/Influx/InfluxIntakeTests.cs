using System.Text;
using FsCheck;
using FsCheck.Xunit;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Influx;
using PerfPlatform.Ingestion.Intake;
using Xunit;

namespace PerfPlatform.Tests.Ingestion.Influx;

public sealed class InfluxIntakeTests
{
    private readonly IntakeHarness _harness = new();

    [Fact]
    public void Read_LineOfTheDocumentation_IsASeriesPerField()
    {
        var (samples, request, _) = Read("cpu,host=web-1,region=eu\\ west usage=0.64,cores=8i,value=3 1790000000000000000\n");
        Assert.Equal(
            [("cpu_usage", 0.64), ("cpu_cores", 8), ("cpu", 3)],
            samples.Select(s => (s.Metric, s.Value)));
        Assert.All(samples, s => Assert.Equal(("{host=\"web-1\", region=\"eu west\"}", IntakeHarness.Now), (s.Labels, s.Time)));
        Assert.All(_harness.Build(request)[0].Series.ToArray(), s => Assert.Equal(MetricKind.Unknown, s.Descriptor!.Kind));
    }

    [Theory]
    [InlineData("12.5", 12.5)]
    [InlineData("-1.2e+3", -1200)]
    [InlineData(".5", 0.5)]
    [InlineData("42i", 42)]
    [InlineData("-9223372036854775808i", -9223372036854775808.0)]
    [InlineData("18446744073709551615u", 18446744073709551615.0)]
    [InlineData("t", 1)]
    [InlineData("TRUE", 1)]
    [InlineData("False", 0)]
    [InlineData("f", 0)]
    public void Read_Value_IsThatNumber(string text, double expected) => Assert.Equal(expected, Assert.Single(Read($"m v={text}").Samples).Value);

    [Theory]
    [InlineData("1790000000123456789", "ns", 1_790_000_000_123)]
    [InlineData("1790000000123456789", "", 1_790_000_000_123)]
    [InlineData("1790000000123999", "us", 1_790_000_000_123)]
    [InlineData("1790000000123999", "u", 1_790_000_000_123)]
    [InlineData("1790000000123", "ms", 1_790_000_000_123)]
    [InlineData("1790000001", "s", 1_790_000_001_000)]
    [InlineData("29833333", "m", 1_789_999_980_000)]
    [InlineData("497222", "h", 1_789_999_200_000)]
    public void Read_Time_IsOfThePrecision(string time, string precision, long expected) => Assert.Equal(expected, Assert.Single(Read($"m v=1 {time}", precision).Samples).Time);

    [Theory]
    [InlineData("ns", -1, -1)]
    [InlineData("ns", -1_000_000, -1)]
    [InlineData("ns", 999_999, 0)]
    [InlineData("us", long.MinValue, -9_223_372_036_854_776)]
    public void TryMilliseconds_BetweenMilliseconds_IsRoundedDown(string precision, long time, long expected)
    {
        Assert.True(TimePrecision.TryParse(precision, out var unit));
        Assert.True(unit.TryMilliseconds(time, out var milliseconds));
        Assert.Equal(expected, milliseconds);
    }

    [Theory]
    [InlineData("s", long.MaxValue)]
    [InlineData("h", long.MinValue)]
    [InlineData("m", long.MaxValue / 60_000 + 1)]
    public void TryMilliseconds_BeyondALong_IsFalse(string precision, long time)
    {
        Assert.True(TimePrecision.TryParse(precision, out var unit));
        Assert.False(unit.TryMilliseconds(time, out _));
    }

    [Fact]
    public void Read_EscapesAndQuotes_AreTakenOff()
    {
        var (samples, _, dropped) = Read("a\\,b\\ c\\=d,t\\=1=x\\,y,path=c:\\temp f\\ g=1,note=\"a, \\\"b\\\" = c\nd\",h=2\n# comment\n\n  \r\nm v=1\r\n");
        Assert.Equal(0, dropped);
        Assert.Equal(["a,b c\\=d_f g", "a,b c\\=d_h", "m_v"], samples.Select(s => s.Metric));
        Assert.Equal("{path=\"c:\\temp\", t=1=\"x,y\"}", samples[0].Labels);
    }

    [Theory]
    [InlineData("cpu", "missing fields")]
    [InlineData("cpu,host=a", "missing fields")]
    [InlineData("cpu,host= v=1", "missing tag value")]
    [InlineData("cpu,host v=1", "missing tag value")]
    [InlineData("cpu,=a v=1", "missing tag key")]
    [InlineData("cpu,a=b=c v=1", "invalid tag format")]
    [InlineData(",a=b v=1", "missing measurement")]
    [InlineData("cpu v", "missing field value")]
    [InlineData("cpu v=", "missing field value")]
    [InlineData("cpu =1", "missing field key")]
    [InlineData("cpu v=1,", "missing fields")]
    [InlineData("cpu v=high", "invalid field value")]
    [InlineData("cpu v=1e999", "invalid field value")]
    [InlineData("cpu v=9223372036854775808i", "invalid field value")]
    [InlineData("cpu v=\"a\"b", "invalid field format")]
    [InlineData("cpu v=\"a", "unbalanced quotes")]
    [InlineData("cpu v=1 yesterday", "bad timestamp")]
    [InlineData("cpu v=1 1790000000000000000 1", "bad timestamp")]
    [InlineData("cpu v=1 0", "ago")]
    [InlineData("cpu,a=1,a=2 v=1", "comes twice")]
    [InlineData("cpu,__name__=x v=1", "__name__")]
    [InlineData("cpu v=\"only text\"", "line 2 has only strings: 'cpu v=\"only text\"'")]
    public void Read_BadLine_IsDroppedAndTheOthersAreTaken(string line, string reason)
    {
        var (samples, request, dropped) = Read($"first v=1\n{line}\nlast v=2\n");
        Assert.Equal(["first_v", "last_v"], samples.Select(s => s.Metric));
        Assert.Equal((1, 1), (dropped, request.Rejections.Total));
        Assert.Contains(reason, request.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_LinesThatCannotBeRead_TellTheFirstWithItsNumber()
    {
        var (_, request, dropped) = Read("# c\na s=\"x\ny\",v=1\nbad\nworse\n");
        Assert.Equal(2, dropped);
        Assert.Contains("2 samples: the data cannot be read (first: unable to parse 'bad' (line 4): missing fields)", request.Rejections.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public void Read_SeriesBeyondTheQuota_AreDroppedAndKnownOnesGoOn()
    {
        _harness.Quota.Limit = 1;
        Assert.Single(Read("m v=1").Samples);
        var (samples, request, dropped) = Read("m v=2,w=3\nm,a=b v=4");
        Assert.Equal(("m_v", 2.0), (Assert.Single(samples).Metric, samples[0].Value));
        Assert.Equal((2, 2), (dropped, request.Rejections[RejectReason.SeriesLimit]));
    }

    // DoNotSize: every body another, not the few small seeds.
    [Property(MaxTest = 5000)]
    public void Read_AnyBody_IsAsTheReferenceReadsIt(DoNotSize<int> seed)
    {
        var body = LineBodies.Make(seed.Item);
        var expected = new LineReference(body).Read();
        var (samples, _, dropped) = Read(body);
        Assert.True(Sorted(expected.Samples).SequenceEqual(Sorted(samples)), $"{body}\n--- expected\n{string.Join('\n', Sorted(expected.Samples))}\n--- read\n{string.Join('\n', Sorted(samples))}");
        Assert.True(expected.Dropped == dropped, $"{body}\n--- expected {expected.Dropped} dropped, were {dropped}");
    }

    [Fact]
    public void Make_ManySeeds_HasGoodAndBadLines()
    {
        var read = Enumerable.Range(0, 500).Select(seed => new LineReference(LineBodies.Make(seed)).Read()).ToArray();
        Assert.InRange(read.Sum(r => r.Samples.Count), 500, 3000);
        Assert.InRange(read.Sum(r => r.Dropped), 300, 3000);
    }

    [Fact]
    public void Read_MutatedBodies_AreTakenOrRefused()
    {
        var seed = "cpu,host=web-1,région=eu\\ west usage=0.64,cores=8i,up=t,note=\"a \\\"b\\\"\" 1790000000000000000\n# c\nmem value=12u 1790000000000000001\r\nmem,a\\=b=c free=1e3\n";
        HostileBodiesTests.Assault(HostileBodiesTests.Harness(), Encoding.UTF8.GetBytes(seed), Read, leastRefusedWhole: 0);

        static void Read(ReadOnlySpan<byte> body, IntakeRequest request)
        {
            using var intake = new InfluxIntake(TimePrecision.Nanoseconds);
            intake.Read(body, request);
        }
    }

    [Fact]
    public void Read_KnownSeries_AllocatesTheColumnsAndNothingPerLine()
    {
        const int series = 2000;
        var body = Encoding.UTF8.GetBytes(string.Concat(Enumerable.Range(0, series / 2).Select(i => $"cpu,host=host-{i},region=eu\\ west usage={i}.5,cores={i}i,note=\"x\" 1790000000000000000\n")));
        using var intake = new InfluxIntake(TimePrecision.Nanoseconds);
        for (var i = 0; i < 20; i++) intake.Read(body, _harness.Begin(series));

        var before = GC.GetAllocatedBytesForCurrentThread();
        var request = _harness.Begin(series);
        intake.Read(body, request);
        var allocated = GC.GetAllocatedBytesForCurrentThread() - before;

        Assert.Equal(series, request.Accepted);
        // The columns go to the batch: 24 bytes a series, 8 a time, 8 a value. All else is a few objects a request.
        const int columns = series * (24 + 8 + 8);
        Assert.InRange(allocated - columns, 0, 2000);
    }

    private static IEnumerable<TakenSample> Sorted(IEnumerable<TakenSample> samples) =>
        samples.OrderBy(s => s.Metric, StringComparer.Ordinal).ThenBy(s => s.Labels, StringComparer.Ordinal).ThenBy(s => s.Time).ThenBy(s => s.Bits);

    private (IReadOnlyList<TakenSample> Samples, IntakeRequest Request, int Dropped) Read(string body, string precision = "ns")
    {
        Assert.True(TimePrecision.TryParse(precision, out var unit));
        var request = _harness.Begin();
        using var intake = new InfluxIntake(unit);
        intake.Read(Encoding.UTF8.GetBytes(body), request);
        return (_harness.Samples(request), request, intake.Dropped);
    }
}

using FsCheck;
using FsCheck.Xunit;
using Google.Protobuf;
using PerfPlatform.Ingestion.Otlp;
using PerfPlatform.Tests.Ingestion.RemoteWrite;
using Xunit;
using static PerfPlatform.Tests.Ingestion.IntakeHarness;
using static PerfPlatform.Tests.Ingestion.Otlp.OtlpRequests;

namespace PerfPlatform.Tests.Ingestion.Otlp;

/// <summary>Requests of any shape, their messages in any order, with fields that are not known: read as <see cref="OtlpReference"/> reads them.</summary>
public sealed class OtlpReferenceTests
{
    private static readonly double[] Values = [0, 1, -2.5, 1e300, double.NaN, double.NegativeInfinity, 0.1, -0.0];
    private static readonly string[] Keys = ["host.name", "service.name", "k8s.pod.name", "os.type", "route", "é"];
    private static readonly string[] Texts = ["", "a", "web-1", "x \"y\"", "日本"];

    // DoNotSize: every request another, not the few small seeds.
    [Property(MaxTest = 3000)]
    public void Read_AnyRequest_IsAsTheReferenceReadsIt(DoNotSize<int> seed)
    {
        var random = new Random(seed.Item);
        var body = Repeated(1, Many(random, 3, () => ResourceMetrics(random)));
        var harness = new IntakeHarness();
        var intake = new OtlpIntake(new OtlpResources());
        // Known series go another way than new ones.
        for (var round = 0; round < 2; round++)
        {
            var request = harness.Begin();
            intake.Read(body, request);
            Assert.Equal(0, request.Rejections.Total);
            Assert.Equal(Sorted(OtlpReference.Samples(body)), Sorted(harness.Samples(request)));
        }
    }

    [Fact]
    public void Make_ManySeeds_HasEveryKindOfMetric()
    {
        var samples = Enumerable.Range(0, 300).SelectMany(seed => OtlpReference.Samples(ResourceOf(new Random(seed)))).ToList();
        Assert.All((string[])["g", "s", "h_bucket", "h_sum", "h_count", "q", "q_sum", "q_count"], metric => Assert.InRange(samples.Count(s => s.Metric == metric), 50, 5000));
    }

    private static byte[] ResourceOf(Random random) => Repeated(1, [ResourceMetrics(random)]);

    private static List<string> Sorted(IEnumerable<TakenSample> samples) => [.. samples.Select(s => s.ToString()).Order(StringComparer.Ordinal)];

    private static byte[] ResourceMetrics(Random random) => Shuffled(random,
    [
        (1, Repeated(1, Many(random, 3, () => AnyAttribute(random)))),
        .. Many(random, 3, () => Shuffled(random, [(1, WriteRequests.Message(scope => WriteRequests.Text(scope, 1, "lib"))), .. Many(random, 4, () => AnyMetric(random)).Select(m => (2, m))])).Select(s => (2, s)),
    ]);

    private static byte[] AnyMetric(Random random)
    {
        var points = random.Next(1, 4);
        return random.Next(4) switch
        {
            0 => Gauge("g", "1", Points(random, points, time => Any(random, Number(time, Pick(random, Values), Attributes(random)), 8))),
            1 => Sum("s", Cumulative, random.Next(2) == 0, Points(random, points, time => Any(random, Integer(time, random.NextInt64(), Attributes(random)), 8))),
            2 => Histogram("h", Cumulative, Points(random, points, time => Any(random, AnyHistogram(random, time), 10))),
            _ => Summary("q", Points(random, points, time => Any(random, SummaryPoint(time, (ulong)random.Next(9), Pick(random, Values), (0, 1), (0.99, Pick(random, Values))), 8))),
        };
    }

    private static byte[] AnyHistogram(Random random, long time)
    {
        double[] bounds = [.. Enumerable.Range(0, random.Next(4)).Select(i => (i * 2.5) - 1)];
        ulong[] counts = random.Next(5) == 0 ? [] : [.. bounds.Append(0).Select(_ => (ulong)random.Next(5))];
        return HistogramPoint(time, random.Next(3) == 0 ? null : Pick(random, Values), counts, bounds, random.Next(2) == 0, Attributes(random));
    }

    // Some say that they have no value, and some have a field that is not known.
    private static byte[] Any(Random random, byte[] point, int flags)
    {
        if (random.Next(6) == 0) point = With(point, output => Varint(output, flags, 1));
        return random.Next(3) == 0 ? With(point, output => WriteRequests.Field(output, 100, [1, 2])) : point;
    }

    private static byte[][] Points(Random random, int count, Func<long, byte[]> point) => [.. Enumerable.Range(0, count).Select(_ => point(Now - random.Next(1_000_000)))];

    private static byte[][] Attributes(Random random) => [.. Many(random, 3, () => AnyAttribute(random))];

    private static byte[] AnyAttribute(Random random) => Attribute(Pick(random, Keys), Pick(random, Texts));

    private static byte[] Shuffled(Random random, (int Field, byte[] Message)[] fields)
    {
        random.Shuffle(fields);
        return WriteRequests.Message(output =>
        {
            foreach (var (field, message) in fields) WriteRequests.Field(output, field, message);
            WriteRequests.Text(output, 3, "https://opentelemetry.io/schemas/1.0.0");
            output.WriteTag(200, WireFormat.WireType.Fixed32);
            output.WriteFixed32(7);
        });
    }

    private static byte[][] Many(Random random, int most, Func<byte[]> one) => [.. Enumerable.Range(0, random.Next(most + 1)).Select(_ => one())];

    private static T Pick<T>(Random random, T[] from) => from[random.Next(from.Length)];
}

using System.Text;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Json;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Ingestion.RemoteWrite;
using PerfPlatform.Tests.Ingestion.RemoteWrite;
using Xunit;

namespace PerfPlatform.Tests.Ingestion;

/// <summary>Mutated bodies: each is taken in, refused in part or refused whole; none crashes, hangs or takes memory beyond its size.</summary>
public sealed class HostileBodiesTests
{
    /// <summary>Of each format.</summary>
    internal const int Rounds = 101_000;

    // Two of remote write 1.0, 2.0, native JSON, two of OTLP, two of pages, InfluxDB and collectd.
    private const int Formats = 10;

    // A round may make the cache's tables grow, which is bounded by MaxSeries; on average a body costs a small multiple of its size.
    private const long MostBytes = 4_000_000;
    private const long AverageBytes = 30_000;

    [Fact]
    public void Assaults_OfThisAssembly_AreMoreThanAMillionBodies()
    {
        // A test without data is one format, a theory has one for each of its lines.
        var formats = typeof(HostileBodiesTests).Assembly.GetTypes().SelectMany(type => type.GetMethods()).Where(test => test.Name.Contains("MutatedBodies", StringComparison.Ordinal))
            .Sum(test => Math.Max(1, test.GetCustomAttributes(typeof(InlineDataAttribute), inherit: false).Length));
        Assert.Equal(Formats, formats);
        Assert.InRange((long)formats * Rounds, 1_000_000, long.MaxValue);
    }

    [Fact]
    public void RemoteWrite_OfMutatedBodies_AnswersOrRefuses()
    {
        var harness = Harness();
        var intake = new RemoteWriteIntakes(harness.Cache).First;
        byte[] seed =
        [
            .. WriteRequests.Write(Enumerable.Range(0, 5).Select(i => WriteRequests.Series("up", [$"i={i}", "job=node"], (IntakeHarness.Now, i), (IntakeHarness.Now + 1, 0)))),
            .. WriteRequests.Metadata("up", 2, "1"),
        ];
        Assault(harness, seed, intake.Read);
    }

    [Fact]
    public void RemoteWriteHistograms_OfMutatedBodies_AnswersOrRefuses()
    {
        var harness = Harness();
        var seed = WriteRequests.Histogram("h", WrittenHistogram.Of([-3, 0, 0.5, 1.5, 70, 900], 3, IntakeHarness.Now));
        Assault(harness, seed, new RemoteWriteIntakes(harness.Cache).First.Read);
    }

    [Fact]
    public void RemoteWriteSecond_OfMutatedBodies_AnswersOrRefuses()
    {
        var harness = Harness();
        var intake = new RemoteWriteIntakes(harness.Cache).Second;
        var request = new SymbolRequest();
        for (var i = 0; i < 5; i++)
            request.Add(WriteRequests.Series("up_total", [$"i={i}", "job=node"], (IntakeHarness.Now, i), (IntakeHarness.Now + 1, 0)), packed: i % 2 == 0, created: IntakeHarness.Now - 5000, type: 1, unit: "s");
        request.AddHistogram("h", WrittenHistogram.Of([-3, 0, 0.5, 1.5, 70], 2, IntakeHarness.Now), created: IntakeHarness.Now - 5000);
        Assault(harness, request.ToBody(), (body, taken) => intake.Read(body, taken));
    }

    [Fact]
    public void Json_OfMutatedBodies_AnswersOrRefuses()
    {
        var seed = """{"samples":[{"metric":"m\u00e9","labels":{"a":"b","c":"d\n"},"time":1790000000000,"value":12.5,"kind":"gauge","unit":"1"},{"metric":"n","value":"NaN","time":"2026-09-21T14:13:20Z"}]}""";
        Assault(Harness(), Encoding.UTF8.GetBytes(seed), (body, request) => new SamplesReader(body, request, new KeyBuffer(), new SampleRefusals()).Read());
    }

    internal delegate void Reader(ReadOnlySpan<byte> body, IntakeRequest request);

    internal static IntakeHarness Harness() => new(new IngestionOptions { MaxSeries = 5000, MaxSeriesPerKey = int.MaxValue });

    internal static void Assault(IntakeHarness harness, byte[] seed, Reader read, int leastRefusedWhole = 1001)
    {
        var random = new Random(20240711);
        var (refusedWhole, refusedInPart, taken, total) = (0, 0, 0, 0L);
        for (var round = 0; round < Rounds; round++)
        {
            var body = Mutate(seed, random);
            var request = harness.Begin();
            var before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                read(body, request);
                if (request.Rejections.Total > 0) refusedInPart++;
                else taken++;
            }
            catch (IntakeFormatException)
            {
                refusedWhole++;
            }

            var allocated = GC.GetAllocatedBytesForCurrentThread() - before;
            total += allocated;
            Assert.InRange(allocated, 0, MostBytes);
            foreach (var batch in harness.Build(request)) AssertStorable(batch.Series.ToArray().Select(s => s.Descriptor!));
        }

        Assert.InRange(total / Rounds, 0, AverageBytes);
        // The seed is large and a mutation small: every outcome must have come.
        Assert.True(refusedWhole >= leastRefusedWhole && refusedInPart > 100 && taken > 100, $"whole {refusedWhole}, in part {refusedInPart}, taken {taken}");
    }

    // Whatever came, what is handed on can be written to PostgreSQL and read again.
    private static void AssertStorable(IEnumerable<SeriesDescriptor> series)
    {
        foreach (var one in series)
        {
            Assert.NotEmpty(one.Metric.Value);
            Assert.False(one.Metric.Value.Contains('\0', StringComparison.Ordinal) || one.Unit.Contains('\0', StringComparison.Ordinal), "the metric's name or unit cannot be stored");
            foreach (var (name, value) in one.Labels) Assert.False(HasOdd(name) || HasOdd(value), "a label cannot be stored");
            foreach (var (name, value) in one.Metadata) Assert.False(name.Contains('\0', StringComparison.Ordinal) || value.Contains('\0', StringComparison.Ordinal), "metadata cannot be stored");
        }
    }

    private static bool HasOdd(string text) => text.AsSpan().ContainsAny('\0', '\uFFFD');

    private static byte[] Mutate(byte[] seed, Random random)
    {
        var bytes = (byte[])seed.Clone();
        for (var i = random.Next(1, 4); i > 0; i--)
        {
            var at = random.Next(bytes.Length);
            switch (random.Next(6))
            {
                case 0: bytes[at] ^= (byte)(1 << random.Next(8)); break;
                case 1: bytes[at] = (byte)random.Next(256); break;
                case 2: bytes[at] = random.Next(2) == 0 ? (byte)0xFF : (byte)0x00; break;
                case 3: bytes = [.. bytes[..at], (byte)random.Next(256), .. bytes[at..]]; break;
                case 4: bytes = [.. bytes[..at], .. bytes[random.Next(at, bytes.Length)..]]; break;
                default: bytes = [.. bytes[..at], .. bytes[random.Next(bytes.Length)..]]; break;
            }

            if (bytes.Length == 0) bytes = [0];
        }

        return bytes;
    }
}

using Microsoft.Extensions.Time.Testing;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using Xunit;

namespace PerfPlatform.Tests.Ingestion;

/// <summary>Intake without HTTP and without a sink: what a parser hands over, as it would be written.</summary>
internal sealed class IntakeHarness
{
    public const long Now = 1_790_000_000_000;

    private readonly StampSource _stamps = new();

    public IntakeHarness(IngestionOptions? options = null, int partitions = 1)
    {
        Options = options ?? new IngestionOptions();
        Clock = new FakeTimeProvider(DateTimeOffset.FromUnixTimeMilliseconds(Now));
        Cache = new SeriesCache(Microsoft.Extensions.Options.Options.Create(Options), new PartitionCount(partitions), Clock);
        Partitions = partitions;
        Quota = new KeyQuota("test") { Limit = Options.MaxSeriesPerKey };
    }

    public IngestionOptions Options { get; }

    public FakeTimeProvider Clock { get; }

    public SeriesCache Cache { get; }

    public KeyQuota Quota { get; set; }

    public int Partitions { get; }

    public IntakeRequest Begin(int expectedSamples = 16) => new(Cache, Quota, Options, Partitions, Clock.GetUtcNow().ToUnixTimeMilliseconds(), expectedSamples);

    public IReadOnlyList<SampleBatch> Build(IntakeRequest request) => request.Build(_stamps);

    /// <summary>Every sample of a request with its series; series that travel by id are looked up in <paramref name="byId"/>.</summary>
    public IReadOnlyList<TakenSample> Samples(IntakeRequest request, Func<int, SeriesDescriptor>? byId = null)
    {
        var samples = new List<TakenSample>();
        foreach (var batch in Build(request))
        {
            foreach (var series in batch.Series)
            {
                var descriptor = series.Descriptor ?? byId!(series.Id);
                Assert.Equal(descriptor.Fingerprint.Partition(Partitions), batch.Partition);
                for (var i = series.Start; i < series.Start + series.Count; i++)
                {
                    samples.Add(new TakenSample(descriptor.Metric.Value, descriptor.Labels.ToString(), batch.Times[i], BitConverter.DoubleToInt64Bits(batch.Values[i])));
                }
            }
        }

        return samples;
    }

    private sealed record PartitionCount(int Partitions) : ISampleSink
    {
        public Task WriteAsync(IReadOnlyList<SampleBatch> batches, CancellationToken cancellationToken) => throw new NotSupportedException("This test writes nothing.");
    }
}

/// <summary>One sample as it was taken in; the value as its bits, so that NaN equals itself.</summary>
internal sealed record TakenSample(string Metric, string Labels, long Time, long Bits)
{
    public double Value => BitConverter.Int64BitsToDouble(Bits);
}

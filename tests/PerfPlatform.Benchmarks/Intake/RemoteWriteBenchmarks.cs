using BenchmarkDotNet.Attributes;
using Microsoft.Extensions.Options;
using PerfPlatform.Benchmarks.Ingest;
using PerfPlatform.Contracts.Samples;
using PerfPlatform.Ingestion;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.Ingestion.RemoteWrite;

namespace PerfPlatform.Benchmarks.Intake;

/// <summary>Remote write of series that the registry knows, from the decompressed body to the batch, by as many connections in turn as the intake load has.</summary>
[MemoryDiagnoser]
public class RemoteWriteBenchmarks
{
    private const int Connections = 4;
    private const int Batch = 2000;

    private readonly IngestionOptions _options = new();
    private readonly KeyQuota _quota = new("bench") { Limit = int.MaxValue };
    private readonly List<byte[]> _bodies = [];
    private SeriesCache _cache = null!;
    private RemoteWriteIntake _intake = null!;
    private int _next;

    /// <summary>How many series there are; more than 10,000 do not fit the processor's caches.</summary>
    [Params(10_000, 100_000)]
    public int Series { get; set; }

    /// <summary>All series are introduced and have their ids.</summary>
    [GlobalSetup]
    public void Setup()
    {
        _cache = new SeriesCache(Options.Create(_options), new NoSink(), TimeProvider.System);
        _intake = new RemoteWriteIntakes(_cache).First;
        var each = Series / Connections;
        var loads = Enumerable.Range(0, Connections).Select(c => new SeriesLoad(c * each, each, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), 0)).ToList();
        var buffer = new byte[loads.Max(l => l.BufferSize(Batch))];
        // Until each connection's request begins again where its first did: 2,500 and 25,000 series take 10,000 and 50,000 samples.
        var round = each;
        while (round % Batch != 0) round += each;
        for (var i = 0; i < round / Batch * Connections; i++)
        {
            var (length, _) = loads[i % Connections].Write(Batch, buffer);
            _bodies.Add(buffer[..length]);
        }

        foreach (var _ in _bodies) Read();
        var known = _cache.Known.Select(s => s.Descriptor.Fingerprint).ToList();
        _cache.Register(Guid.NewGuid(), known.SelectMany(f => f.ToBytes()).ToArray(), [.. Enumerable.Range(1, known.Count)]);
        foreach (var _ in _bodies) Read();
    }

    /// <summary>One request; the time is that of a sample.</summary>
    [Benchmark(OperationsPerInvoke = Batch)]
    public int Read()
    {
        var body = _bodies[_next];
        _next = (_next + 1) % _bodies.Count;
        var request = new IntakeRequest(_cache, _quota, _options, 1, TimeProvider.System.GetUtcNow().ToUnixTimeMilliseconds(), body.Length / 100);
        _intake.Read(body, request);
        return request.Accepted == Batch ? Batch : throw new InvalidOperationException(request.Rejections.ToString());
    }

    private sealed class NoSink : ISampleSink
    {
        public int Partitions => 1;

        public Task WriteAsync(IReadOnlyList<SampleBatch> batches, CancellationToken cancellationToken) => throw new NotSupportedException("This benchmark writes nothing.");
    }
}

using System.Buffers;
using BenchmarkDotNet.Attributes;
using PerfPlatform.Analysis.Store.Compaction;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Benchmarks.Store;

/// <summary>An hour of a metric at 1 s, as the flush wrote it every 15 s, merged into one segment, or two that fill pages; says how many bytes a sample takes before and after.</summary>
[MemoryDiagnoser]
public class SegmentMergeBenchmarks : IDisposable
{
    private const int Samples = 3600;
    private const int SamplesAFlush = 15;
    private readonly SegmentMerge _merge = new();
    private readonly byte[][] _segments = new byte[Samples / SamplesAFlush][];

    /// <summary>What the values are like.</summary>
    [Params("counter", "percent", "rare", "smooth")]
    public string Values { get; set; } = "";

    /// <summary>Draws the samples, the same every time.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        using var codec = new SegmentCodec();
        var buffer = new ArrayBufferWriter<byte>(4096);
        var (times, values) = (new long[SamplesAFlush], new double[SamplesAFlush]);
        var counter = 0L;
        for (var s = 0; s < _segments.Length; s++)
        {
            for (var i = 0; i < SamplesAFlush; i++)
            {
                var at = (s * SamplesAFlush) + i;
                times[i] = 1_790_000_000_000 + (at * 1000L);
                values[i] = Values switch
                {
                    "counter" => counter += random.Next(2000),
                    "percent" => Math.Round(0.4 + (0.05 * Math.Sin(at / 200.0)) + (random.NextDouble() * 0.01), 4),
                    "rare" => at / 900,
                    _ => Math.Sin(at / 100.0),
                };
            }

            buffer.ResetWrittenCount();
            codec.Encode(times, values, buffer);
            _segments[s] = buffer.WrittenSpan.ToArray();
        }

        var before = _segments.Sum(s => (double)s.Length) / Samples;
        var after = (double)Merge() / Samples;
        Console.WriteLine($"// {Values}: {before:0.000} bytes a sample in {_segments.Length} segments, {after:0.000} merged (row headers not counted)");
    }

    /// <summary>Many segments to one or two; returns their bytes.</summary>
    [Benchmark(OperationsPerInvoke = Samples)]
    public int Merge()
    {
        _merge.Begin(1);
        foreach (var segment in _segments) _merge.Add(default, segment);
        _merge.Sort();
        var bytes = 0;
        while (_merge.TryNext(out var row)) bytes += row.Data.Length;
        return bytes;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _merge.Dispose();
        GC.SuppressFinalize(this);
    }
}

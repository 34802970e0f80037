using System.Buffers;
using BenchmarkDotNet.Attributes;
using PerfPlatform.Analysis.Store.Segments;

namespace PerfPlatform.Benchmarks.Store;

/// <summary>Segments in and out of their bytes: an hour of a metric at 1 s, of several habits.</summary>
[MemoryDiagnoser]
public class SegmentCodecBenchmarks : IDisposable
{
    private const int Samples = 3600;
    private readonly SegmentCodec _codec = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(1 << 17);
    private readonly long[] _times = new long[Samples];
    private readonly double[] _values = new double[Samples];
    private byte[] _bytes = [];

    /// <summary>What the values are like.</summary>
    [Params("counter", "percent", "smooth")]
    public string Values { get; set; } = "";

    /// <summary>Draws the samples, the same every time.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        for (var i = 0; i < Samples; i++)
        {
            _times[i] = 1_790_000_000_000 + (i * 1000L);
            _values[i] = Values switch
            {
                "counter" => i * 1500L,
                "percent" => Math.Round(random.NextDouble(), 4),
                _ => Math.Sin(i / 100.0),
            };
        }

        _buffer.ResetWrittenCount();
        _codec.Encode(_times, _values, _buffer);
        _bytes = _buffer.WrittenSpan.ToArray();
    }

    /// <summary>Samples to bytes.</summary>
    [Benchmark(OperationsPerInvoke = Samples)]
    public int Encode()
    {
        _buffer.ResetWrittenCount();
        _codec.Encode(_times, _values, _buffer);
        return _buffer.WrittenCount;
    }

    /// <summary>Bytes to samples.</summary>
    [Benchmark(OperationsPerInvoke = Samples)]
    public double Decode()
    {
        _codec.Decode(_bytes, _times, _values);
        return _values[^1];
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _codec.Dispose();
        GC.SuppressFinalize(this);
    }
}

using System.Buffers;
using BenchmarkDotNet.Attributes;
using PerfPlatform.Analysis.Store.Segments;
using PerfPlatform.Tests.Analysis.Store.Segments;

namespace PerfPlatform.Benchmarks.Store;

/// <summary>Segments in and out of their bytes, of every habit that samples have: an hour at 1 s as a merge writes it, and 15 as a flush does. Says the bytes a sample.</summary>
[MemoryDiagnoser]
public class SegmentCodecBenchmarks : IDisposable
{
    private const int Samples = 3600;
    private readonly SegmentCodec _codec = new();
    private readonly ArrayBufferWriter<byte> _buffer = new(1 << 17);
    private readonly long[] _readTimes = new long[Samples];
    private readonly double[] _readValues = new double[Samples];
    private readonly long[] _times = new long[Samples];
    private readonly double[] _values = new double[Samples];
    private byte[] _bytes = [];

    /// <summary>The habits.</summary>
    public static IEnumerable<string> Habits => SegmentHabits.All;

    /// <summary>What the values are like.</summary>
    [ParamsSource(nameof(Habits))]
    public string Values { get; set; } = "";

    /// <summary>Samples a segment.</summary>
    [Params(Samples, 15)]
    public int Length { get; set; }

    /// <summary>Draws the samples, the same every time.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var (times, values) = SegmentHabits.Draw(Values, Samples);
        times.CopyTo(_times, 0);
        values.CopyTo(_values, 0);
        _buffer.ResetWrittenCount();
        _codec.Encode(_times.AsSpan(0, Length), _values.AsSpan(0, Length), _buffer);
        _bytes = _buffer.WrittenSpan.ToArray();
        Console.WriteLine($"// {Values}, {Length} samples: {(double)_bytes.Length / Length:0.000} bytes a sample");
    }

    /// <summary>An hour of samples to bytes, in one segment or many.</summary>
    [Benchmark(OperationsPerInvoke = Samples)]
    public int Encode()
    {
        _buffer.ResetWrittenCount();
        for (var i = 0; i < Samples; i += Length) _codec.Encode(_times.AsSpan(i, Length), _values.AsSpan(i, Length), _buffer);
        return _buffer.WrittenCount;
    }

    /// <summary>Bytes to times and values.</summary>
    [Benchmark(OperationsPerInvoke = Samples)]
    public double Decode()
    {
        for (var i = 0; i < Samples; i += Length) _codec.Decode(_bytes, _readTimes.AsSpan(i, Length), _readValues.AsSpan(i, Length));
        return _readValues[^1];
    }

    /// <summary>Bytes to values, where the times have a constant step.</summary>
    [Benchmark(OperationsPerInvoke = Samples)]
    public double DecodeValues()
    {
        var regular = SegmentCodec.TryConstantStep(_bytes, out _, out _);
        for (var i = 0; i < Samples && regular; i += Length) _codec.DecodeValues(_bytes, _readValues.AsSpan(i, Length));
        return _readValues[^1];
    }

    /// <summary>Of each segment a fifth in its middle; the time is told for each sample of the whole.</summary>
    [Benchmark(OperationsPerInvoke = Samples)]
    public int DecodeRange()
    {
        var count = 0;
        var (from, to) = (_times[Length * 2 / 5], _times[Length * 3 / 5]);
        for (var i = 0; i < Samples; i += Length) count += _codec.DecodeRange(_bytes, from, to, _readTimes.AsSpan(i, Length), _readValues.AsSpan(i, Length));
        return count;
    }

    /// <inheritdoc />
    public void Dispose()
    {
        _codec.Dispose();
        GC.SuppressFinalize(this);
    }
}

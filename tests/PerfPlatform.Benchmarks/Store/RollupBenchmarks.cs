using BenchmarkDotNet.Attributes;
using PerfPlatform.Analysis.Store.Rollups;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Benchmarks.Store;

/// <summary>An hour of a metric at 1 s rolled up into its minutes, and that row written and read; says how many bytes it takes.</summary>
[MemoryDiagnoser]
public class RollupBenchmarks
{
    private const int Samples = 3600;
    private const long Start = 1_789_999_200_000;
    private readonly RollupCalculator _calculator = new();
    private readonly RollupCodec _codec = new();
    private readonly RollupColumns _row = new() { Start = Start };
    private readonly RollupColumns _read = new();
    private readonly long[] _times = new long[Samples];
    private readonly double[] _values = new double[Samples];
    private readonly byte[] _bytes = new byte[RollupCodec.MaxBytes];
    private int _length;

    /// <summary>What the values are like.</summary>
    [Params("counter", "percent", "rare", "smooth")]
    public string Values { get; set; } = "";

    /// <summary>Draws the samples, the same every time.</summary>
    [GlobalSetup]
    public void Setup()
    {
        var random = new Random(1);
        var value = 50.0;
        for (var i = 0; i < Samples; i++)
        {
            _times[i] = Start + (i * 1000L);
            _values[i] = value = Values switch
            {
                "counter" => value + random.Next(100),
                "percent" => Math.Round(Math.Clamp(value + random.NextDouble() - 0.5, 0.01, 100), 2),
                "rare" => random.Next(100) == 0 ? random.Next(1, 16) : value,
                _ => Math.Sin(i / 100.0),
            };
        }

        Calculate();
        Console.WriteLine($"// {Values}: {Encode()} bytes an hour, {(double)_length / Samples:0.000} a sample (row header and index not counted)");
    }

    /// <summary>Minutes out of samples.</summary>
    [Benchmark(OperationsPerInvoke = Samples)]
    public int Calculate()
    {
        _calculator.Calculate(_row, MetricKind.Unknown, _times, _values, double.NaN, 0);
        return _row.LastSlot;
    }

    /// <summary>A row to bytes.</summary>
    [Benchmark]
    public int Encode() => _length = _codec.Encode(_row, _bytes);

    /// <summary>Bytes to a row.</summary>
    [Benchmark]
    public int Decode()
    {
        RollupCodec.Decode(_bytes.AsSpan(0, _length), RollupTier.Minute, _read);
        return _read.LastSlot;
    }
}

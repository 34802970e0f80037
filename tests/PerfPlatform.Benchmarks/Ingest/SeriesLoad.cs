namespace PerfPlatform.Benchmarks.Ingest;

/// <summary>
/// The series of one connection as finished protobuf of which only value and time are written anew: the load generator must not be what is measured.
/// A third are counters, a third gauges with two decimals, a third values that rarely change.
/// </summary>
internal sealed class SeriesLoad : ISampleLoad
{
    /// <summary>Counters, gauges, and values that rarely change, each of a metric of its own.</summary>
    public static readonly string[] Metrics = ["bench_requests_total", "bench_cpu_percent", "bench_replicas"];

    private readonly byte[][] _messages;
    private readonly double[] _values;
    private readonly Random _random;
    private readonly int _first;
    private readonly long _step;
    private int _next;
    private long _time;

    /// <param name="first">The number of the first series.</param>
    /// <param name="count">How many there are.</param>
    /// <param name="start">The time of the first samples, Unix milliseconds.</param>
    /// <param name="step">Milliseconds between the samples of a series.</param>
    /// <param name="metric">One metric for all, or null: <see cref="Metrics"/> in turn.</param>
    public SeriesLoad(int first, int count, long start, long step, string? metric = null)
    {
        (_first, _time, _step) = (first, start, step);
        _random = new Random(first);
        _messages = new byte[count][];
        _values = new double[count];
        for (var i = 0; i < count; i++)
        {
            _messages[i] = Message(metric ?? Metrics[(first + i) % 3], first + i);
            _values[i] = (first + i) % 3 == 0 ? _random.Next(1_000_000) : _random.Next(10_000) / 100.0;
        }
    }

    /// <summary>The time of the next samples.</summary>
    public long Time => _time;

    /// <inheritdoc />
    public (int Length, int Samples) Write(int samples, byte[] target)
    {
        var at = 0;
        for (var i = 0; i < samples; i++)
        {
            var message = _messages[_next];
            Advance(_next);
            WriteRequestBody.SetSample(message, _time, _values[_next]);
            message.CopyTo(target.AsSpan(at));
            at += message.Length;
            if (++_next < _messages.Length) continue;
            _next = 0;
            _time += _step;
        }

        return (at, samples);
    }

    /// <inheritdoc />
    public int BufferSize(int samples) => samples * _messages.Max(m => m.Length);

    private void Advance(int i)
    {
        var kind = (_first + i) % 3;
        if (kind == 0) _values[i] += _random.Next(100);
        else if (kind == 1) _values[i] = Math.Round(Math.Clamp(_values[i] + _random.NextDouble() - 0.5, 0.01, 100), 2);
        else if (_random.Next(100) == 0) _values[i] = _random.Next(1, 16);
    }

    private static byte[] Message(string metric, int number) => WriteRequestBody.Series(
    [
        ("__name__", metric), ("cluster", "eu-1"), ("host", $"host-{number / 100:d4}"), ("instance", $"10.0.{number / 256}.{number % 256}:9100"), ("job", "node"), ("series", number.ToString()),
    ]);
}

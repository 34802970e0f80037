using System.Buffers.Binary;
using System.Text;

namespace PerfPlatform.Benchmarks.Ingest;

/// <summary>
/// The series of one connection as finished protobuf of which only value and time are written anew: the load generator must not be what is measured.
/// A third are counters, a third gauges with two decimals, a third values that rarely change.
/// </summary>
internal sealed class SeriesLoad
{
    /// <summary>Counters, gauges, and values that rarely change.</summary>
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
    public SeriesLoad(int first, int count, long start, long step)
    {
        (_first, _time, _step) = (first, start, step);
        _random = new Random(first);
        _messages = new byte[count][];
        _values = new double[count];
        for (var i = 0; i < count; i++)
        {
            _messages[i] = Message(first + i);
            _values[i] = (first + i) % 3 == 0 ? _random.Next(1_000_000) : _random.Next(10_000) / 100.0;
        }
    }

    /// <summary>Writes a request of the next samples into a buffer that is large enough, and says how long it is.</summary>
    public int Write(int samples, byte[] target)
    {
        var at = 0;
        for (var i = 0; i < samples; i++)
        {
            var message = _messages[_next];
            Advance(_next);
            // The message ends with 12 10 09 <value> 10 <time in 6 bytes>.
            var value = message.AsSpan(message.Length - 15);
            BinaryPrimitives.WriteDoubleLittleEndian(value, _values[_next]);
            var rest = (ulong)_time;
            for (var b = 0; b < 6; b++, rest >>= 7) value[9 + b] = (byte)(b < 5 ? rest | 0x80 : rest & 0x7F);
            message.CopyTo(target.AsSpan(at));
            at += message.Length;
            if (++_next < _messages.Length) continue;
            _next = 0;
            _time += _step;
        }

        return at;
    }

    /// <summary>How large a buffer for <see cref="Write"/> must be.</summary>
    public int BufferSize(int samples) => samples * _messages.Max(m => m.Length);

    private void Advance(int i)
    {
        var kind = (_first + i) % 3;
        if (kind == 0) _values[i] += _random.Next(100);
        else if (kind == 1) _values[i] = Math.Round(Math.Clamp(_values[i] + _random.NextDouble() - 0.5, 0.01, 100), 2);
        else if (_random.Next(100) == 0) _values[i] = _random.Next(1, 16);
    }

    private static byte[] Message(int number)
    {
        var metric = Metrics[number % 3];
        var body = new List<byte>();
        foreach (var (name, value) in new[]
        {
            ("__name__", metric), ("cluster", "eu-1"), ("host", $"host-{number / 100:d4}"), ("instance", $"10.0.{number / 256}.{number % 256}:9100"), ("job", "node"), ("series", number.ToString()),
        })
        {
            Field(body, 0x0A, Label(name, value));
        }

        Field(body, 0x12, [0x09, .. new byte[8], 0x10, .. new byte[6]]);
        var message = new List<byte>();
        Field(message, 0x0A, body);
        return [.. message];
    }

    private static List<byte> Label(string name, string value)
    {
        var label = new List<byte>();
        Field(label, 0x0A, Encoding.UTF8.GetBytes(name));
        Field(label, 0x12, Encoding.UTF8.GetBytes(value));
        return label;
    }

    private static void Field(List<byte> target, byte tag, IReadOnlyCollection<byte> bytes)
    {
        target.Add(tag);
        for (var length = bytes.Count; ; length >>= 7)
        {
            target.Add((byte)(length < 0x80 ? length : length | 0x80));
            if (length < 0x80) break;
        }

        target.AddRange(bytes);
    }
}

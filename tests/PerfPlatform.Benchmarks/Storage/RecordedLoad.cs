using PerfPlatform.Benchmarks.Ingest;

namespace PerfPlatform.Benchmarks.Storage;

/// <summary>Recorded samples in the order of their times, as they once came.</summary>
internal sealed class RecordedLoad : ISampleLoad
{
    private readonly byte[][] _messages;
    private readonly IReadOnlyList<RecordedSeries> _series;
    private readonly (long Time, int Series, int At)[] _order;
    private int _next;

    public RecordedLoad(IReadOnlyList<RecordedSeries> series)
    {
        _series = series;
        // Remote write has names that Prometheus allows.
        _messages = [.. series.Select(s => WriteRequestBody.Series([("__name__", Name(s.Metric)), .. s.Labels.Select(l => (Name(l.Key), l.Value)).OrderBy(l => l.Item1, StringComparer.Ordinal)]))];
        _order = [.. series.SelectMany((s, i) => s.Times.Select((time, at) => (time, i, at))).Order()];
    }

    /// <inheritdoc />
    public int BufferSize(int samples) => samples * _messages.Max(m => m.Length);

    /// <inheritdoc />
    public (int Length, int Samples) Write(int samples, byte[] target)
    {
        var (at, count) = (0, 0);
        for (; count < samples && _next < _order.Length; count++, _next++)
        {
            var (time, series, index) = _order[_next];
            var message = _messages[series];
            WriteRequestBody.SetSample(message, time, _series[series].Values[index]);
            message.CopyTo(target.AsSpan(at));
            at += message.Length;
        }

        return (at, count);
    }

    private static string Name(string name) => string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c == '_' ? c : '_'));
}

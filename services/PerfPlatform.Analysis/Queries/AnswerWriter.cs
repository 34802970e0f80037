using System.Buffers;
using System.IO.Pipelines;
using System.Text.Json;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Queries;

// Hot: every point of an answer passes here.

/// <summary>Writes the lines of an answer as JSON into one buffer that goes to the client whenever it is full.</summary>
internal sealed class AnswerWriter(PipeWriter body, CancellationToken cancellationToken) : IDisposable
{
    private const int Size = 64 << 10;
    private static readonly byte[] BetweenColumns = "],\"values\":["u8.ToArray();
    private static readonly byte[] Closing = "]}"u8.ToArray();
    private static readonly LabelSetJsonConverter LabelText = new();
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(Size);
    private readonly ArrayBufferWriter<byte> _opening = new(1024);
    private NumberText _numbers;
    private IReadOnlyList<long>? _lastTimes;
    private byte[]? _lastTimesText;
    private int _length;

    public async ValueTask WriteAsync(ReadOnlyMemory<byte> text)
    {
        while (text.Length > 0)
        {
            var part = Math.Min(text.Length, _buffer.Length - _length);
            text.Span[..part].CopyTo(_buffer.AsSpan(_length));
            _length += part;
            text = text[part..];
            if (_length == _buffer.Length) await FlushAsync();
        }
    }

    public async ValueTask WriteAsync(RangeSeries series)
    {
        await WriteAsync(Opening(series));
        await WriteTimesAsync(series.Times);
        await WriteAsync(BetweenColumns);
        await WriteValuesAsync(series.Values);
        await WriteAsync(series.Note is null ? Closing : [.. "],\"note\":"u8, .. JsonSerializer.SerializeToUtf8Bytes(series.Note, JsonSerializerOptions.Web), (byte)'}']);
    }

    public async ValueTask FlushAsync()
    {
        if (_length == 0) return;
        var length = _length;
        _length = 0;
        await body.WriteAsync(_buffer.AsMemory(0, length), cancellationToken);
    }

    /// <inheritdoc />
    public void Dispose() => ArrayPool<byte>.Shared.Return(_buffer);

    private ReadOnlyMemory<byte> Opening(RangeSeries series)
    {
        _opening.ResetWrittenCount();
        using (var json = new Utf8JsonWriter(_opening, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartObject();
            json.WriteString("metric"u8, series.Metric);
            json.WritePropertyName("labels"u8);
            LabelText.Write(json, series.Labels, JsonSerializerOptions.Web);
            json.WriteStartArray("times"u8);
        }

        return _opening.WrittenMemory;
    }

    /// <summary>Lines of buckets share their times: written once, then copied.</summary>
    private async ValueTask WriteTimesAsync(IReadOnlyList<long> times)
    {
        if (times is BucketTimes)
        {
            if (_lastTimes != times) (_lastTimes, _lastTimesText) = (times, Text(times));
            await WriteAsync(_lastTimesText);
            return;
        }

        var pieces = times is RawTimes raw ? raw.Pieces : [[.. times]];
        for (var piece = 0; piece < pieces.Length; piece++)
        {
            for (var at = 0; at < pieces[piece].Length;)
            {
                at = Fill(pieces[piece], at, isFirst: piece == 0);
                if (at < pieces[piece].Length) await FlushAsync();
            }
        }
    }

    private async ValueTask WriteValuesAsync(IReadOnlyList<double?> values)
    {
        var hasGaps = values is not RawValues;
        var pieces = values switch
        {
            RawValues raw => raw.Pieces,
            GapColumn column => [column.Values],
            _ => [[.. values.Select(v => v ?? GapColumn.Gap)]],
        };
        for (var piece = 0; piece < pieces.Length; piece++)
        {
            for (var at = 0; at < pieces[piece].Length;)
            {
                at = Fill(pieces[piece], at, isFirst: piece == 0, hasGaps);
                if (at < pieces[piece].Length) await FlushAsync();
            }
        }
    }

    private static byte[] Text(IReadOnlyList<long> times)
    {
        var text = new byte[times.Count * NumberText.MaxBytes];
        var length = 0;
        for (var i = 0; i < times.Count; i++)
        {
            if (i > 0) text[length++] = (byte)',';
            length += NumberText.Write(text.AsSpan(length), times[i]);
        }

        return text[..length];
    }

    /// <summary>Writes from a place on as many as there is room for; returns where it ended.</summary>
    private int Fill(long[] times, int at, bool isFirst)
    {
        for (; at < times.Length && _buffer.Length - _length > NumberText.MaxBytes; at++)
        {
            if (at > 0 || !isFirst) _buffer[_length++] = (byte)',';
            _length += NumberText.Write(_buffer.AsSpan(_length), times[at]);
        }

        return at;
    }

    private int Fill(double[] values, int at, bool isFirst, bool hasGaps)
    {
        for (; at < values.Length && _buffer.Length - _length > NumberText.MaxBytes; at++)
        {
            if (at > 0 || !isFirst) _buffer[_length++] = (byte)',';
            Put(values[at], hasGaps && GapColumn.IsGap(values[at]));
        }

        return at;
    }

    private void Put(double value, bool isGap)
    {
        var target = _buffer.AsSpan(_length);
        if (isGap) _length += Copy("null"u8, target);
        else if (double.IsFinite(value)) _length += _numbers.Write(target, value);
        else if (double.IsNaN(value)) _length += Copy("\"NaN\""u8, target);
        else _length += Copy(value > 0 ? "\"\\u002BInf\""u8 : "\"-Inf\""u8, target);
    }

    private static int Copy(ReadOnlySpan<byte> text, Span<byte> target)
    {
        text.CopyTo(target);
        return text.Length;
    }
}

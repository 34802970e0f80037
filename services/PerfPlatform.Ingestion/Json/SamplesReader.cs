// Hot file: reads every native JSON body. Known series cost no allocation but the batch's columns, unless their text is escaped.
using System.Buffers;
using System.Buffers.Binary;
using System.Text;
using System.Text.Json;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;
using PerfPlatform.Ingestion.Intake;
using PerfPlatform.Ingestion.Lookup;
using PerfPlatform.ServiceDefaults;

namespace PerfPlatform.Ingestion.Json;

/// <summary>
/// Reads <c>{"samples":[{"metric":"queue.size","labels":{"component":"ocr"},"time":1790000000000,"value":12.5,"kind":"gauge","unit":"1"}]}</c>.
/// A sample that cannot be taken in is refused by its index; a body that is not JSON of this shape is refused whole.
/// </summary>
internal ref struct SamplesReader(ReadOnlySpan<byte> body, IntakeRequest request, KeyBuffer key, SampleRefusals refusals)
{
    // An RFC 3339 time with nine digits of fraction is shorter.
    private const int LongestTime = 64;

    private static readonly string[] s_fields = ["metric", "labels", "time", "value", "kind", "unit"];
    private Utf8JsonReader _reader = new(body, new JsonReaderOptions { MaxDepth = 8 });
    private Sample _sample;

    private struct Sample
    {
        public int MetricStart, MetricLength, UnitStart, UnitLength;
        public MetricKind Kind;
        public long? Time;
        public double? Value;
        public string? Error;
    }

    /// <summary>Reads the body.</summary>
    /// <exception cref="IntakeFormatException">It is not of the shape above.</exception>
    public void Read()
    {
        try
        {
            ReadBody();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // InvalidOperationException: an escape that is half of a surrogate pair.
            throw new IntakeFormatException("The body is not JSON that can be read: " + e.Message, e);
        }
    }

    private void ReadBody()
    {
        Expect(JsonTokenType.StartObject, "The body is an object: {\"samples\":[...]}.");
        var found = false;
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (!_reader.ValueTextEquals("samples"u8)) throw new IntakeFormatException($"'{_reader.GetString()}' is not a field that is known here: {NearestWord.Advice(_reader.GetString()!, ["samples"])}");
            found = true;
            Expect(JsonTokenType.StartArray, "'samples' is an array.");
            for (var index = 0; _reader.Read() && _reader.TokenType != JsonTokenType.EndArray; index++)
            {
                if (_reader.TokenType != JsonTokenType.StartObject) throw new IntakeFormatException($"samples[{index}] is not an object.");
                ReadSample();
                TakeIn(index);
            }
        }

        if (!found) throw new IntakeFormatException("The body has no 'samples': write {\"samples\":[{\"metric\":\"queue.size\",\"value\":12.5}]}.");
        while (_reader.Read())
        {
            // Text after the end makes Read throw.
        }
    }

    // The key is put together while the sample is read: 'J', then metric, kind, unit and labels each with its mark, in the order they came.
    private void ReadSample()
    {
        _sample = default;
        key.Truncate(0);
        key.Add((byte)'J');
        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (_reader.ValueTextEquals("metric"u8)) ReadText("metric", (byte)'m', out _sample.MetricStart, out _sample.MetricLength);
            else if (_reader.ValueTextEquals("labels"u8)) ReadLabels();
            else if (_reader.ValueTextEquals("time"u8)) ReadTime();
            else if (_reader.ValueTextEquals("value"u8)) ReadValue();
            else if (_reader.ValueTextEquals("kind"u8)) ReadKind();
            else if (_reader.ValueTextEquals("unit"u8)) ReadText("unit", (byte)'u', out _sample.UnitStart, out _sample.UnitLength);
            else
            {
                Wrong($"'{_reader.GetString()}' is not a field of a sample: {NearestWord.Advice(_reader.GetString()!, s_fields)}");
                _reader.Skip();
            }
        }
    }

    private void ReadText(string field, byte mark, out int start, out int length)
    {
        _reader.Read();
        key.Add(mark);
        (start, length) = (key.Length + sizeof(int), 0);
        if (_reader.TokenType == JsonTokenType.String) length = AddString();
        else WrongValue($"'{field}' is not a string");
    }

    private void ReadLabels()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.StartObject)
        {
            WrongValue("'labels' is not an object");
            return;
        }

        while (_reader.Read() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            key.Add((byte)'l');
            AddString();
            _reader.Read();
            if (_reader.TokenType == JsonTokenType.String) AddString();
            else WrongValue("a label's value is not a string");
        }
    }

    private void ReadTime()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetInt64(out var milliseconds)) _sample.Time = milliseconds;
        else if (_reader.TokenType == JsonTokenType.String) ReadTimeText();
        else if (_reader.TokenType != JsonTokenType.Null) WrongValue("'time' is neither Unix milliseconds nor RFC 3339");
    }

    private void ReadTimeText()
    {
        Span<char> text = stackalloc char[LongestTime];
        if (_reader.ValueSpan.Length > LongestTime) Wrong("'time' is not a time: write RFC 3339 with an offset, or Unix milliseconds");
        else if (!TimeText.TryParse(text[.._reader.CopyString(text)], out var time, out var error)) Wrong("'time' " + error);
        else _sample.Time = time.ToUnixTimeMilliseconds();
    }

    private void ReadValue()
    {
        _reader.Read();
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetDouble(out var value) && double.IsFinite(value)) _sample.Value = value;
        else if (_reader.TokenType != JsonTokenType.String) WrongValue("'value' is not a number that a double can hold");
        else if (_reader.ValueTextEquals("NaN"u8)) _sample.Value = double.NaN;
        else if (_reader.ValueTextEquals("+Inf"u8) || _reader.ValueTextEquals("Inf"u8)) _sample.Value = double.PositiveInfinity;
        else if (_reader.ValueTextEquals("-Inf"u8)) _sample.Value = double.NegativeInfinity;
        else Wrong("'value' is a string other than \"NaN\", \"+Inf\" and \"-Inf\"");
    }

    private void ReadKind()
    {
        _reader.Read();
        if (_reader.TokenType != JsonTokenType.String) WrongValue("'kind' is not a string");
        else if (_reader.ValueTextEquals("gauge"u8)) _sample.Kind = MetricKind.Gauge;
        else if (_reader.ValueTextEquals("counter"u8)) _sample.Kind = MetricKind.Counter;
        else if (!_reader.ValueTextEquals("unknown"u8)) Wrong("'kind' is neither gauge, counter nor unknown");
        key.Add((byte)'k');
        key.Add((byte)_sample.Kind);
    }

    private void TakeIn(int index)
    {
        if (_sample.Error is null && _sample.MetricLength == 0) _sample.Error = "it has no 'metric'";
        if (_sample.Error is null && _sample.Value is null) _sample.Error = "it has no 'value'";
        if (_sample.Error is not null)
        {
            Refuse(index, _sample.Value is null ? RejectReason.BadValue : RejectReason.Malformed, _sample.Error);
            return;
        }

        if (!request.TryFind(key.Span, out var series)) series = Introduce(index);
        if (series is null) return;
        var reason = request.Add(series, _sample.Time ?? request.Now, _sample.Value!.Value);
        if (reason != RejectReason.None) refusals.Add(index, request.Rejections.Explain(reason));
    }

    private readonly CachedSeries? Introduce(int index)
    {
        var builder = new DescriptorBuilder(request.Options);
        var bytes = key.Span;
        builder.Metric(bytes.Slice(_sample.MetricStart, _sample.MetricLength));
        for (var at = 1; at < bytes.Length;)
        {
            // As ReadSample wrote it: a mark, then one or two texts after their lengths, or the kind.
            var mark = bytes[at++];
            if (mark == (byte)'k') at++;
            else if (mark == (byte)'l') builder.Label(Text(bytes, ref at), Text(bytes, ref at));
            else Text(bytes, ref at);
        }

        var unit = Encoding.UTF8.GetString(bytes.Slice(_sample.UnitStart, _sample.UnitLength));
        var descriptor = builder.Build(_sample.Kind, unit.Contains('\0') || unit.Length > 63 ? "" : unit);
        if (descriptor is null)
        {
            Refuse(index, builder.Reason, builder.Error);
            return null;
        }

        var series = request.Introduce(bytes, descriptor);
        if (series is null) Refuse(index, RejectReason.SeriesLimit, request.Rejections.Explain(RejectReason.SeriesLimit));
        return series;
    }

    private readonly void Refuse(int index, RejectReason reason, string why)
    {
        request.Rejections.Add(reason, 1, $"samples[{index}]: {why}");
        refusals.Add(index, why);
    }

    // The current string or property name without its escapes; the answer is its length.
    private readonly int AddString()
    {
        if (!_reader.ValueIsEscaped)
        {
            key.AddText(_reader.ValueSpan);
            return _reader.ValueSpan.Length;
        }

        var rented = ArrayPool<byte>.Shared.Rent(_reader.ValueSpan.Length);
        var length = _reader.CopyString(rented);
        key.AddText(rented.AsSpan(0, length));
        ArrayPool<byte>.Shared.Return(rented);
        return length;
    }

    private static ReadOnlySpan<byte> Text(ReadOnlySpan<byte> bytes, ref int at)
    {
        var length = BinaryPrimitives.ReadInt32LittleEndian(bytes[at..]);
        var text = bytes.Slice(at + sizeof(int), length);
        at += sizeof(int) + length;
        return text;
    }

    private void Wrong(string error) => _sample.Error ??= error;

    private void WrongValue(string error)
    {
        Wrong(error);
        _reader.Skip();
    }

    private void Expect(JsonTokenType token, string otherwise)
    {
        if (!_reader.Read() || _reader.TokenType != token) throw new IntakeFormatException(otherwise);
    }
}

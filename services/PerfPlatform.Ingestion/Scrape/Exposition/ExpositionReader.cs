// Hot file: reads every line of every scraped page. Nothing is allocated; a page that cannot be read answers why, never throws.
using System.Buffers;
using System.Text.Unicode;

namespace PerfPlatform.Ingestion.Scrape.Exposition;

/// <summary>
/// Reads a page part by part: <c>http_requests_total{code="200",path="C:\\x"} 1027 1395066363000</c>, in OpenMetrics
/// <c>foo_bucket{le="10"} 17 1520879607.789 # {trace_id="x"} 9.8</c>; names that are not plain are quoted: <c>{"http.requests",code="200"} 1</c>.
/// What was read last is valid until the next <see cref="TryRead"/>. As in Prometheus one bad line makes the whole page bad: half a page would look
/// like series that ended.
/// </summary>
internal ref struct ExpositionReader(ReadOnlySpan<byte> body, ExpositionFormat format)
{
    private static readonly SearchValues<byte> NameBytes = SearchValues.Create("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_:."u8);
    private static readonly SearchValues<byte> Quotes = SearchValues.Create("\"\\\n"u8);
    private static readonly SearchValues<byte> LabelEnds = SearchValues.Create("\"}\n"u8);
    private static readonly SearchValues<byte> TokenEnds = SearchValues.Create(" \t\r\n"u8);

    private readonly ReadOnlySpan<byte> _body = body;
    private int _at;
    private bool _ended;

    /// <summary>The number of the line that was read last, from 1.</summary>
    public int Line { get; private set; }

    /// <summary>What is wrong with the line; null while the page is good.</summary>
    public string? Error { get; private set; }

    public ExpositionPart Part { get; private set; }

    /// <summary>Of a sample: name and labels as they came. Of the others: the family's name.</summary>
    public ReadOnlySpan<byte> Head { get; private set; }

    /// <summary>How many bytes of <see cref="Head"/> come before the labels' brace; 0 where the name is quoted within it.</summary>
    public int NameLength { get; private set; }

    /// <summary>The type, unit or help as it came.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    public double Value { get; private set; }

    /// <summary>Unix milliseconds, where the page says them.</summary>
    public long? Time { get; private set; }

    /// <summary>Reads the next part; false at the end, and when the page is bad.</summary>
    public bool TryRead()
    {
        while (Error is null && _at < _body.Length)
        {
            Line++;
            if (_ended) return Fail("there is more after # EOF");
            SkipBlanks();
            if (AtLineEnd())
            {
                SkipLine();
                continue;
            }

            if (_body[_at] != (byte)'#') return ReadSample();
            if (ReadComment()) return true;
        }

        if (Error is null && format == ExpositionFormat.OpenMetrics && !_ended) Fail("it does not end with # EOF: a part is missing");
        return false;
    }

    private bool Fail(string error)
    {
        Error = error;
        return false;
    }

    private bool ReadSample()
    {
        var start = _at;
        NameLength = SkipName();
        if (NameLength < 0) return Fail("a metric's name begins with a letter, _ or :");
        var named = _at;
        SkipBlanks();
        if (_at < _body.Length && _body[_at] == (byte)'{')
        {
            // The bytes before the brace are the name and, rarely, blanks.
            if (_at > named) NameLength = _at - start;
            if (!SkipLabels()) return Fail("the labels have no end");
            named = _at;
        }
        else if (NameLength == 0)
        {
            return Fail("a metric's name begins with a letter, _ or :");
        }

        Head = _body[start..named];
        if (!ExpositionNumber.TryRead(Token(), out var value)) return Fail("the value is not a number");
        (Part, Value, Time) = (ExpositionPart.Sample, value, null);
        if (!ReadTime()) return false;
        SkipLine();
        return true;
    }

    private bool ReadTime()
    {
        SkipBlanks();
        if (AtLineEnd()) return true;
        if (_body[_at] != (byte)'#')
        {
            var token = Token();
            var read = format == ExpositionFormat.Text ? ExpositionNumber.TryReadMilliseconds(token, out var time) : ExpositionNumber.TryReadSeconds(token, out time);
            if (!read) return Fail("the time is not a number");
            Time = time;
            SkipBlanks();
            if (AtLineEnd()) return true;
        }

        // An exemplar: not kept.
        return (format == ExpositionFormat.OpenMetrics && _body[_at] == (byte)'#') || Fail("there is more after the value and the time");
    }

    // "# TYPE name counter"; any other comment is stepped over.
    private bool ReadComment()
    {
        _at++;
        var keyword = Token();
        if (format == ExpositionFormat.OpenMetrics && keyword.SequenceEqual("EOF"u8)) _ended = true;
        ExpositionPart? part = keyword.Length != 4 ? null
            : keyword.SequenceEqual("TYPE"u8) ? ExpositionPart.Type
            : keyword.SequenceEqual("HELP"u8) ? ExpositionPart.Help
            : keyword.SequenceEqual("UNIT"u8) ? ExpositionPart.Unit : null;
        if (part is null)
        {
            SkipLine();
            return false;
        }

        Part = part.Value;
        Head = FamilyName();
        SkipBlanks();
        var end = _body[_at..].IndexOf((byte)'\n');
        Text = end < 0 ? _body[_at..] : _body.Slice(_at, end);
        if (Text is [.., (byte)'\r']) Text = Text[..^1];
        SkipLine();
        if (part == ExpositionPart.Help && !Utf8.IsValid(Text)) return Fail("the help text is not UTF-8");
        return !Head.IsEmpty;
    }

    private ReadOnlySpan<byte> FamilyName()
    {
        SkipBlanks();
        if (_at == _body.Length || _body[_at] != (byte)'"') return Token();
        var start = ++_at;
        if (!SkipQuoted()) return [];
        return _body[start..(_at - 1)];
    }

    // Behind the name; -1 where there is something that is none.
    private int SkipName()
    {
        var length = _body[_at..].IndexOfAnyExcept(NameBytes);
        if (length < 0) length = _body.Length - _at;
        if (length > 0 && char.IsAsciiDigit((char)_body[_at])) return -1;
        _at += length;
        return length;
    }

    private bool SkipLabels()
    {
        while (_body[_at..].IndexOfAny(LabelEnds) is >= 0 and var end)
        {
            _at += end + 1;
            if (_body[_at - 1] == (byte)'}') return true;
            if (_body[_at - 1] == (byte)'\n' || !SkipQuoted()) return false;
        }

        return false;
    }

    // From behind the quote that opens to behind the one that closes.
    private bool SkipQuoted()
    {
        while (_body[_at..].IndexOfAny(Quotes) is >= 0 and var end)
        {
            _at += end + 1;
            if (_body[_at - 1] == (byte)'"') return true;
            if (_body[_at - 1] == (byte)'\n') return false;
            if (_at < _body.Length && _body[_at] != (byte)'\n') _at++;
        }

        return false;
    }

    private ReadOnlySpan<byte> Token()
    {
        SkipBlanks();
        var length = _body[_at..].IndexOfAny(TokenEnds);
        var token = length < 0 ? _body[_at..] : _body.Slice(_at, length);
        _at += token.Length;
        return token;
    }

    private readonly bool AtLineEnd() => _at == _body.Length || _body[_at] == (byte)'\n';

    private void SkipBlanks()
    {
        while (_at < _body.Length && _body[_at] is (byte)' ' or (byte)'\t' or (byte)'\r') _at++;
    }

    private void SkipLine()
    {
        var end = _body[_at..].IndexOf((byte)'\n');
        _at = end < 0 ? _body.Length : _at + end + 1;
    }
}

// Hot file: reads every line of every body. Nothing is allocated; a line that cannot be read answers why, never throws.
using System.Buffers;
using System.Buffers.Text;

namespace PerfPlatform.Ingestion.Influx;

/// <summary>
/// Reads line protocol line by line: <c>cpu,host=web-1,region=eu\ west usage=0.64,busy=t,note="a \"b\"" 1790000000000000000</c>.
/// What belongs to the line that was read last is valid until the next <see cref="TryRead"/>.
/// </summary>
internal ref struct LineReader(ReadOnlySpan<byte> body, LineFields fields)
{
    private static readonly SearchValues<byte> MeasurementEnds = SearchValues.Create(", \n\\"u8);
    private static readonly SearchValues<byte> KeyEnds = SearchValues.Create("=, \n\\"u8);
    private static readonly SearchValues<byte> ValueEnds = SearchValues.Create(", \n"u8);
    private static readonly SearchValues<byte> StringEnds = SearchValues.Create("\"\\"u8);

    private readonly ReadOnlySpan<byte> _body = body;
    private int _at;

    /// <summary>The number of the line that was read last, from 1.</summary>
    public int Number { get; private set; }

    /// <summary>The measurement and the tags as they came, escapes included.</summary>
    public ReadOnlySpan<byte> Head { get; private set; }

    /// <summary>How many of the bytes of <see cref="Head"/> are the measurement.</summary>
    public int MeasurementLength { get; private set; }

    /// <summary>How many fields were strings, which are not stored.</summary>
    public int Strings { get; private set; }

    /// <summary>The time in the request's precision; null where the line has none.</summary>
    public long? Time { get; private set; }

    /// <summary>Why the line cannot be read; null for a good one.</summary>
    public string? Error { get; private set; }

    /// <summary>The line as it came, to show it in an error.</summary>
    public ReadOnlySpan<byte> Text { get; private set; }

    /// <summary>Reads the next line that is not empty and not a comment; false at the end.</summary>
    public bool TryRead()
    {
        while (_at < _body.Length)
        {
            Number++;
            SkipBlanks();
            if (_at == _body.Length) return false;
            if (_body[_at] is (byte)'\n' or (byte)'#')
            {
                SkipLine();
                continue;
            }

            var start = _at;
            fields.Clear();
            (Strings, Time) = (0, null);
            Error = ReadHead() ?? ReadFields() ?? ReadTime();
            // After a mistake reading goes on behind the next line end, so that the other lines are not lost.
            if (Error is not null) SkipLine();
            Text = _body[start.._at];
            return true;
        }

        return false;
    }

    private string? ReadHead()
    {
        var start = _at;
        ReadName(MeasurementEnds);
        MeasurementLength = _at - start;
        if (MeasurementLength == 0) return "missing measurement";
        while (Is((byte)','))
        {
            _at++;
            var name = _at;
            ReadName(KeyEnds);
            if (_at == name) return "missing tag key";
            if (!Is((byte)'=')) return "missing tag value";
            var value = ++_at;
            ReadName(KeyEnds);
            if (_at == value) return "missing tag value";
            if (Is((byte)'=')) return "invalid tag format";
        }

        Head = _body[start.._at];
        if (!Is((byte)' ')) return "missing fields";
        SkipBlanks();
        return null;
    }

    private string? ReadFields()
    {
        while (true)
        {
            var name = _at;
            ReadName(KeyEnds);
            var length = _at - name;
            if (length == 0) return AtEnd() ? "missing fields" : "missing field key";
            if (!Is((byte)'=')) return "missing field value";
            _at++;
            if (Is((byte)'"'))
            {
                if (!SkipString()) return "unbalanced quotes";
                Strings++;
            }
            else
            {
                var value = _at;
                var end = _body[_at..].IndexOfAny(ValueEnds);
                _at = end < 0 ? _body.Length : _at + end;
                var text = _body[value.._at];
                if (AtEnd() && text is [.., (byte)'\r']) text = text[..^1];
                if (text.IsEmpty) return "missing field value";
                if (!FieldValue.TryRead(text, out var number)) return "invalid field value";
                fields.Add(name, length, number);
            }

            if (!Is((byte)',')) break;
            _at++;
        }

        if (AtEnd() || Is((byte)' ') || Is((byte)'\r')) return null;
        return "invalid field format";
    }

    private string? ReadTime()
    {
        SkipBlanks();
        if (!AtEnd())
        {
            if (!Utf8Parser.TryParse(_body[_at..], out long time, out var length)) return "bad timestamp";
            Time = time;
            _at += length;
            SkipBlanks();
            if (!AtEnd()) return "bad timestamp";
        }

        if (_at < _body.Length) _at++;
        return null;
    }

    // Up to one of the ends, but not over an escaped one. A line end cannot be escaped.
    private void ReadName(SearchValues<byte> ends)
    {
        while (true)
        {
            var end = _body[_at..].IndexOfAny(ends);
            if (end < 0)
            {
                _at = _body.Length;
                return;
            }

            _at += end;
            if (_body[_at] != (byte)'\\') return;
            _at++;
            if (_at < _body.Length && _body[_at] is (byte)',' or (byte)' ' or (byte)'=') _at++;
        }
    }

    // Strings may hold line ends. Where the quotes are unbalanced, only the line that opens them is lost.
    private bool SkipString()
    {
        var opened = _at;
        _at++;
        while (_body[_at..].IndexOfAny(StringEnds) is >= 0 and var end)
        {
            _at += end + 1;
            if (_body[_at - 1] == (byte)'"')
            {
                Number += _body[opened.._at].Count((byte)'\n');
                return true;
            }

            if (_at < _body.Length) _at++;
        }

        _at = opened;
        return false;
    }

    private readonly bool Is(byte wanted) => _at < _body.Length && _body[_at] == wanted;

    private readonly bool AtEnd() => _at == _body.Length || _body[_at] == (byte)'\n';

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

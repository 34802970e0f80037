// Hot file: reads every body of collectd. Nothing is allocated but in errors and for escaped text.
using System.Buffers;
using System.Text.Json;
using PerfPlatform.Ingestion.Intake;

namespace PerfPlatform.Ingestion.Collectd;

/// <summary>
/// Reads what collectd's write_http sends with <c>Format "JSON"</c>, list by list: <c>[{"values":[15.4,12.5,11.4],"dstypes":["gauge","gauge","gauge"],
/// "dsnames":["shortterm","midterm","longterm"],"time":1790000000.283,"interval":10.000,"host":"web-1","plugin":"load","plugin_instance":"","type":"load","type_instance":""}]</c>.
/// </summary>
internal ref struct CollectdReader
{
    // Far beyond what a DateTimeOffset holds; keeps the product with 1000 within a long.
    private const double LatestSecond = 1e15;

    private readonly ValueList _list;
    private Utf8JsonReader _reader;

    /// <summary>Starts to read.</summary>
    /// <exception cref="IntakeFormatException">The body is not an array.</exception>
    public CollectdReader(ReadOnlySpan<byte> body, ValueList list)
    {
        _list = list;
        _reader = new Utf8JsonReader(body, new JsonReaderOptions { MaxDepth = 16 });
        if (!Next() || _reader.TokenType != JsonTokenType.StartArray) throw new IntakeFormatException("The body is an array of value lists, as collectd's write_http sends them with Format \"JSON\".");
    }

    /// <summary>Reads the next value list; false at the end.</summary>
    /// <exception cref="IntakeFormatException">The body is not JSON, or an element is not an object.</exception>
    public bool TryRead()
    {
        Next();
        if (_reader.TokenType == JsonTokenType.EndArray)
        {
            while (Next())
            {
                // Text after the end makes Read throw.
            }

            return false;
        }

        if (_reader.TokenType != JsonTokenType.StartObject) throw new IntakeFormatException("An element of the array is not an object.");
        _list.Clear();
        while (Next() && _reader.TokenType == JsonTokenType.PropertyName)
        {
            if (Is("values"u8)) ReadValues();
            else if (Is("dstypes"u8)) ReadTypes();
            else if (Is("dsnames"u8)) ReadNames();
            else if (Is("time"u8)) ReadTime();
            else if (Is("host"u8)) ReadPart(ValueList.Part.Host, "'host' is not a string");
            else if (Is("plugin"u8)) ReadPart(ValueList.Part.Plugin, "'plugin' is not a string");
            else if (Is("plugin_instance"u8)) ReadPart(ValueList.Part.PluginInstance, "'plugin_instance' is not a string");
            else if (Is("type"u8)) ReadPart(ValueList.Part.Type, "'type' is not a string");
            else if (Is("type_instance"u8)) ReadPart(ValueList.Part.TypeInstance, "'type_instance' is not a string");
            else Skip();
        }

        return true;
    }

    private readonly bool Is(ReadOnlySpan<byte> name) => _reader.ValueTextEquals(name);

    private bool Next()
    {
        try
        {
            return _reader.Read();
        }
        catch (JsonException e)
        {
            throw new IntakeFormatException("The body is not JSON that can be read: " + e.Message, e);
        }
    }

    private void Skip()
    {
        try
        {
            _reader.Skip();
        }
        catch (JsonException e)
        {
            throw new IntakeFormatException("The body is not JSON that can be read: " + e.Message, e);
        }
    }

    private void ReadValues()
    {
        if (!TryOpen("'values' is not an array")) return;
        while (Next() && _reader.TokenType != JsonTokenType.EndArray)
        {
            // collectd has no other word for a value that is not a number or infinite.
            if (_reader.TokenType == JsonTokenType.Null) _list.AddValue(null);
            else if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetDouble(out var value) && double.IsFinite(value)) _list.AddValue(value);
            else Wrong("a value is not a number that a double can hold");
        }
    }

    private void ReadTypes()
    {
        if (!TryOpen("'dstypes' is not an array")) return;
        while (Next() && _reader.TokenType != JsonTokenType.EndArray)
        {
            var source = _reader.TokenType == JsonTokenType.String ? DataSources.Parse(_reader.ValueSpan) : DataSource.Unknown;
            if (source == DataSource.Unknown) Wrong("a type of 'dstypes' is not gauge, derive, counter or absolute");
            else _list.AddSource(source);
        }
    }

    private void ReadNames()
    {
        if (!TryOpen("'dsnames' is not an array")) return;
        while (Next() && _reader.TokenType != JsonTokenType.EndArray)
        {
            if (_reader.TokenType != JsonTokenType.String) Wrong("a name of 'dsnames' is not a string");
            else if (!_reader.ValueIsEscaped) _list.AddName(_reader.ValueSpan);
            else
            {
                var rented = Unescape(out var length);
                _list.AddName(rented.AsSpan(0, length));
                ArrayPool<byte>.Shared.Return(rented);
            }
        }
    }

    private void ReadTime()
    {
        Next();
        if (_reader.TokenType == JsonTokenType.Number && _reader.TryGetDouble(out var seconds) && Math.Abs(seconds) < LatestSecond) _list.Time = (long)Math.Round(seconds * 1000);
        else Wrong("'time' is not a number of seconds");
    }

    private void ReadPart(ValueList.Part part, string otherwise)
    {
        Next();
        if (_reader.TokenType != JsonTokenType.String)
        {
            Wrong(otherwise);
        }
        else if (!_reader.ValueIsEscaped)
        {
            _list.Set(part, _reader.ValueSpan);
        }
        else
        {
            var rented = Unescape(out var length);
            _list.Set(part, rented.AsSpan(0, length));
            ArrayPool<byte>.Shared.Return(rented);
        }
    }

    private readonly byte[] Unescape(out int length)
    {
        var rented = ArrayPool<byte>.Shared.Rent(_reader.ValueSpan.Length);
        try
        {
            length = _reader.CopyString(rented);
            return rented;
        }
        catch (InvalidOperationException e)
        {
            ArrayPool<byte>.Shared.Return(rented);
            throw new IntakeFormatException("The body has an escape that is half of a surrogate pair.", e);
        }
    }

    private bool TryOpen(string otherwise)
    {
        Next();
        if (_reader.TokenType == JsonTokenType.StartArray) return true;
        Wrong(otherwise);
        return false;
    }

    private void Wrong(string error)
    {
        _list.Error ??= error;
        Skip();
    }
}

using System.IO.Hashing;
using System.Text;
using System.Text.Json;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Analysis.Registry;

/// <summary>
/// Reads the labels of many series. Names and most values come again and again: a string that was met lately is given out again, so that
/// a start with a million series does not make ten million strings. Not for several threads at once.
/// </summary>
internal sealed class LabelReader
{
    private readonly string?[] _met = new string?[1 << 14];
    private readonly List<Label> _labels = []; // as many as a series has

    /// <summary>Reads a JSON object of strings, as it stands in a <c>jsonb</c> column.</summary>
    public LabelSet Read(ReadOnlySpan<byte> json)
    {
        _labels.Clear();
        var reader = new Utf8JsonReader(json);
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var name = Text(ref reader);
            reader.Read();
            _labels.Add(new Label(name, Text(ref reader)));
        }

        return LabelSet.From(_labels);
    }

    /// <summary>A text in UTF-8 as a string.</summary>
    public string Text(ReadOnlySpan<byte> utf8)
    {
        if (utf8.IsEmpty) return "";
        ref var met = ref _met[XxHash3.HashToUInt64(utf8) % (ulong)_met.Length];
        if (met is not null && Ascii.Equals(utf8, met)) return met;
        return met = Encoding.UTF8.GetString(utf8);
    }

    private string Text(ref Utf8JsonReader reader) => reader.ValueIsEscaped ? reader.GetString()! : Text(reader.ValueSpan);
}

using System.Globalization;
using System.Text.RegularExpressions;

namespace PerfPlatform.Tests.Ingestion.Influx;

/// <summary>Line protocol read slowly and plainly, by regular expressions over text: what the fast reader is compared with. Times are nanoseconds.</summary>
internal sealed partial class LineReference(string body)
{
    private const long MaxAge = 48 * 3_600_000L;
    private const long MaxFuture = 600_000;

    private int _at;

    /// <summary>The samples of all good lines.</summary>
    public List<TakenSample> Samples { get; } = [];

    /// <summary>How many lines lose something.</summary>
    public int Dropped { get; private set; }

    public LineReference Read()
    {
        while (_at < body.Length)
        {
            Take(Blanks());
            if (_at == body.Length) break;
            if (Take(Ignored()) is not null) continue;
            if (ReadLine()) continue;
            Dropped++;
            Take(Rest());
        }

        return this;
    }

    private bool ReadLine()
    {
        var tags = new List<(string Name, string Value)>();
        var fields = new List<(string Name, double Value)>();
        if (Take(Measurement()) is not { } measurement) return false;
        while (Take(Comma()) is not null)
        {
            if (Take(Name()) is not { } name || Take(EqualsSign()) is null || Take(Name()) is not { } value || Peek('=')) return false;
            tags.Add((Unescape(name), Unescape(value)));
        }

        if (Take(Gap()) is null) return false;
        do
        {
            if (Take(Name()) is not { } name || Take(EqualsSign()) is null) return false;
            if (Take(Text()) is not null) continue;
            if (Peek('"') || Take(Plain()) is not { } text || Number(text) is not { } number) return false;
            fields.Add((Unescape(name), number));
        }
        while (Take(Comma()) is not null);

        var end = End().Match(body, _at);
        var time = IntakeHarness.Now;
        if (!end.Success) return false;
        if (end.Groups["time"].Success)
        {
            if (!long.TryParse(end.Groups["time"].Value, CultureInfo.InvariantCulture, out var nanoseconds)) return false;
            time = (long)Math.Floor((decimal)nanoseconds / 1_000_000);
        }

        _at += end.Length;
        if (!TakeIn(Regex.Replace(measurement, @"\\([, ])", "$1"), tags, fields, time)) Dropped++;
        return true;
    }

    private bool TakeIn(string measurement, List<(string Name, string Value)> tags, List<(string Name, double Value)> fields, long time)
    {
        if (fields.Count == 0 || tags.Any(t => t.Name == "__name__") || tags.DistinctBy(t => t.Name).Count() < tags.Count) return false;
        if (time < IntakeHarness.Now - MaxAge || time > IntakeHarness.Now + MaxFuture) return false;
        var labels = "{" + string.Join(", ", tags.OrderBy(t => t.Name, StringComparer.Ordinal).Select(t => $"{t.Name}=\"{t.Value}\"")) + "}";
        var good = fields.Where(f => !f.Name.Any(char.IsControl) && !measurement.Any(char.IsControl)).ToList();
        Samples.AddRange(good.Select(f => new TakenSample(f.Name == "value" ? measurement : measurement + "_" + f.Name, labels, time, BitConverter.DoubleToInt64Bits(f.Value))));
        return good.Count == fields.Count;
    }

    private static double? Number(string text)
    {
        if (text is "t" or "T" or "true" or "True" or "TRUE") return 1;
        if (text is "f" or "F" or "false" or "False" or "FALSE") return 0;
        if (Regex.IsMatch(text, @"\A-?[0-9]+i\z")) return long.TryParse(text[..^1], CultureInfo.InvariantCulture, out var signed) ? signed : null;
        if (Regex.IsMatch(text, @"\A[0-9]+u\z")) return ulong.TryParse(text[..^1], CultureInfo.InvariantCulture, out var natural) ? natural : null;
        if (!Regex.IsMatch(text, @"\A-?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?\z")) return null;
        var number = double.Parse(text, CultureInfo.InvariantCulture);
        return double.IsFinite(number) ? number : null;
    }

    private static string Unescape(string name) => Regex.Replace(name, @"\\([,= ])", "$1");

    private bool Peek(char wanted) => _at < body.Length && body[_at] == wanted;

    private string? Take(Regex part)
    {
        var match = part.Match(body, _at);
        if (!match.Success) return null;
        _at += match.Length;
        return match.Groups["text"].Success ? match.Groups["text"].Value : match.Value;
    }

    [GeneratedRegex(@"\G[ \t\r]*")]
    private static partial Regex Blanks();

    [GeneratedRegex(@"\G(\n|#[^\n]*(\n|\z))")]
    private static partial Regex Ignored();

    [GeneratedRegex(@"\G[^\n]*(\n|\z)")]
    private static partial Regex Rest();

    [GeneratedRegex(@"\G(?>(\\[,= ]|[^, \n])+)")]
    private static partial Regex Measurement();

    [GeneratedRegex(@"\G(?>(\\[,= ]|[^,= \n])+)")]
    private static partial Regex Name();

    [GeneratedRegex(@"\G,")]
    private static partial Regex Comma();

    [GeneratedRegex(@"\G=")]
    private static partial Regex EqualsSign();

    [GeneratedRegex(@"\G [ \t\r]*")]
    private static partial Regex Gap();

    [GeneratedRegex("""\G"(\\[\s\S]|[^"\\])*" """, RegexOptions.IgnorePatternWhitespace)]
    private static partial Regex Text();

    [GeneratedRegex(@"\G(?<text>[^, \n]+?)(\r(?=\n|\z)|(?=[, \n]|\z))")]
    private static partial Regex Plain();

    [GeneratedRegex(@"\G([ \r][ \t\r]*(?<time>[+-]?[0-9]+)?[ \t\r]*)?(\n|\z)")]
    private static partial Regex End();
}

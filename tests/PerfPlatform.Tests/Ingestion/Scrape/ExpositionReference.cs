using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using PerfPlatform.Ingestion.Scrape.Exposition;

namespace PerfPlatform.Tests.Ingestion.Scrape;

/// <summary>A page read slowly and plainly, by regular expressions over lines of text: what the fast reader is compared with.</summary>
internal sealed partial class ExpositionReference(string page, bool openMetrics)
{
    /// <summary>A sample with its labels decoded, in the order they came.</summary>
    internal sealed record Sample(string Metric, string Labels, long? Time, long Bits)
    {
        public static Sample Of(string metric, IEnumerable<(string Name, string Value)> labels, long? time, double value) =>
            new(metric, string.Join('|', labels.Select(l => $"{l.Name}={l.Value}")), time, BitConverter.DoubleToInt64Bits(value));
    }

    /// <summary>The samples, or null where the page is bad.</summary>
    public List<Sample>? Read()
    {
        var samples = new List<Sample>();
        var ended = false;
        var lines = page.Split('\n');
        // What follows the last line end is no line.
        if (lines[^1].Length == 0) lines = lines[..^1];
        foreach (var line in lines)
        {
            if (ended) return null;
            if (openMetrics && Eof().IsMatch(line)) ended = true;
            else if (Ignored().IsMatch(line)) continue;
            else if (Parse(line) is { } sample) samples.Add(sample);
            else return null;
        }

        return openMetrics && !ended ? null : samples;
    }

    private Sample? Parse(string line)
    {
        var match = (openMetrics ? OpenMetricsLine() : TextLine()).Match(line);
        if (!match.Success || Number(match.Groups["value"].Value) is not { } value) return null;
        long? time = null;
        if (match.Groups["time"] is { Success: true, Value: var text })
        {
            if (openMetrics)
            {
                if (Number(text) is not { } seconds || !(Math.Abs(seconds) < 1e15)) return null;
                time = (long)Math.Round(seconds * 1000);
            }
            else
            {
                if (!long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)) return null;
                time = milliseconds;
            }
        }

        var name = match.Groups["name"].Value;
        var labels = new List<(string Name, string Value)>();
        if (match.Groups["labels"].Success)
        {
            var set = LabelSet().Match(match.Groups["labels"].Value);
            if (!set.Success) return null;
            foreach (Capture item in set.Groups["item"].Captures)
            {
                var pair = Pair().Match(item.Value);
                var key = pair.Groups["key"].Value;
                key = key.StartsWith('"') ? Plain(key[1..^1]) : key;
                if (pair.Groups["text"].Success)
                {
                    labels.Add((key, Plain(pair.Groups["text"].Value)));
                }
                else
                {
                    if (name.Length > 0 || !item.Value.StartsWith('"')) return null;
                    name = key;
                }
            }
        }

        // A name that comes twice; the metric's own is one of them.
        if (labels.Select(l => l.Name).Append("__name__").Distinct().Count() != labels.Count + 1) return null;
        return name.Length == 0 ? null : Sample.Of(name, labels, time, value);
    }

    private static double? Number(string text)
    {
        var bare = text.TrimStart('+', '-');
        if (text.Length - bare.Length > 1) return null;
        if (bare.Equals("inf", StringComparison.OrdinalIgnoreCase) || bare.Equals("infinity", StringComparison.OrdinalIgnoreCase)) return text[0] == '-' ? double.NegativeInfinity : double.PositiveInfinity;
        if (text.Equals("nan", StringComparison.OrdinalIgnoreCase)) return BitConverter.Int64BitsToDouble(0x7ff8000000000001);
        if (!Decimal().IsMatch(text)) return null;
        var number = double.Parse(text, CultureInfo.InvariantCulture);
        return double.IsFinite(number) ? number : null;
    }

    private static string Plain(string text) => Escape().Replace(text, m => m.Value switch { @"\n" => "\n", @"\\" => @"\", _ => "\"" });

    [GeneratedRegex(@"^[ \t\r]*(#(?![ \t\r]*(TYPE|HELP|UNIT)[ \t\r]).*|#[ \t\r]*(TYPE|HELP|UNIT)[ \t\r].*)?$", RegexOptions.Singleline)]
    private static partial Regex Ignored();

    [GeneratedRegex(@"^[ \t\r]*#[ \t\r]*EOF([ \t\r].*)?$", RegexOptions.Singleline)]
    private static partial Regex Eof();

    private const string Head = @"^[ \t\r]*(?>(?<name>([A-Za-z_:.][A-Za-z0-9_:.]*)?)[ \t\r]*)(?<labels>\{([^""}]|""([^""\\]|\\.)*"")*\})?[ \t\r]*(?>(?<value>[^ \t\r]+))([ \t\r]+(?<time>[^ \t\r#][^ \t\r]*))?[ \t\r]*";

    [GeneratedRegex(Head + "$", RegexOptions.Singleline)]
    private static partial Regex TextLine();

    [GeneratedRegex(Head + "(#.*)?$", RegexOptions.Singleline)]
    private static partial Regex OpenMetricsLine();

    private const string Item = @"(?<item>(""([^""\\]|\\.)*""|[A-Za-z_.][A-Za-z0-9_.]*)[ \t]*(=[ \t]*""([^""\\]|\\.)*"")?)";

    [GeneratedRegex(@"^\{[ \t]*(" + Item + @"[ \t]*,[ \t]*)*" + Item + @"?[ \t]*\}$", RegexOptions.Singleline)]
    private static partial Regex LabelSet();

    [GeneratedRegex(@"^(?<key>""([^""\\]|\\.)*""|[A-Za-z_.][A-Za-z0-9_.]*)[ \t]*(=[ \t]*""(?<text>([^""\\]|\\.)*)"")?$", RegexOptions.Singleline)]
    private static partial Regex Pair();

    [GeneratedRegex(@"\\[n""\\]")]
    private static partial Regex Escape();

    [GeneratedRegex(@"^[+-]?([0-9]+\.?[0-9]*|\.[0-9]+)([eE][+-]?[0-9]+)?$")]
    private static partial Regex Decimal();

    /// <summary>What the fast reader makes of the same page, or null where it says that it is bad.</summary>
    public static List<Sample>? ReadFast(string page, bool openMetrics)
    {
        var samples = new List<Sample>();
        var reader = new ExpositionReader(Encoding.UTF8.GetBytes(page), openMetrics ? ExpositionFormat.OpenMetrics : ExpositionFormat.Text);
        while (reader.TryRead())
        {
            if (reader.Part != ExpositionPart.Sample) continue;
            if (ExpositionLabels.Read(reader.Head, reader.NameLength, out var read) is not null) return null;
            samples.Add(Sample.Of(Encoding.UTF8.GetString(read.Name), read.Labels.Select(l => (Encoding.UTF8.GetString(l.Name), Encoding.UTF8.GetString(l.Value))), reader.Time, reader.Value));
        }

        return reader.Error is null ? samples : null;
    }
}

using System.Text;
using PerfPlatform.Contracts.Queries;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Rules;

/// <summary>
/// Fills the texts of a rule. <c>{{value}}</c>, <c>{{threshold}}</c>, <c>{{labels.host.name}}</c>, each with an optional format after a colon:
/// <c>{{value:percent}}</c>, <c>{{value:bytes}}</c>, <c>{{value:duration}}</c> (seconds), or digits such as <c>{{value:0.00}}</c>.
/// There is nothing else: no expressions, so a text can do no harm. A label that is missing is left empty.
/// </summary>
public static class AnnotationTemplate
{
    private const string LabelPrefix = "labels.";

    /// <summary>What is wrong with a text, or null.</summary>
    public static string? Check(string text)
    {
        string? error = null;
        Walk(text, static _ => { }, (name, format) =>
        {
            if (error is not null) return;
            var isNumber = name is "value" or "threshold";
            if (!isNumber && (!name.StartsWith(LabelPrefix, StringComparison.Ordinal) || name.Length == LabelPrefix.Length)) error = $"'{{{{{name}}}}}' is not known: write {{{{value}}}}, {{{{threshold}}}} or {{{{labels.name}}}}.";
            else if (!isNumber && format.Length > 0) error = $"The label '{name}' takes no format.";
            else if (isNumber && !IsFormat(format)) error = $"The format '{format}' is not known: percent, bytes, duration, or digits such as 0.00.";
        }, () => error ??= "a '{{' has no '}}'.");
        return error;
    }

    /// <summary>Fills a text.</summary>
    public static string Fill(string text, double value, double threshold, LabelSet labels)
    {
        if (!text.Contains("{{", StringComparison.Ordinal)) return text;
        var result = new StringBuilder(text.Length + 32);
        Walk(text, plain => result.Append(plain), (name, format) => result.Append(name switch
        {
            "value" => Number(value, format),
            "threshold" => Number(threshold, format),
            _ when name.StartsWith(LabelPrefix, StringComparison.Ordinal) => labels[name[LabelPrefix.Length..]] ?? "",
            _ => "",
        }), () => { });
        return result.ToString();
    }

    /// <summary>Writes a number in one of the formats.</summary>
    public static string Number(double value, string format)
    {
        if (double.IsNaN(value)) return "no value";
        if (double.IsInfinity(value)) return value > 0 ? "infinite" : "-infinite";
        return format switch
        {
            "percent" => (value * 100).ToString("0.#") + " %",
            "bytes" => Bytes(value),
            "duration" => Duration(value),
            "" => value.ToString(Math.Abs(value) >= 1e6 ? "0" : "0.####"),
            _ => value.ToString(format),
        };
    }

    private static string Bytes(double value)
    {
        ReadOnlySpan<string> units = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
        var unit = 0;
        while (Math.Abs(value) >= 1024 && unit < units.Length - 1) (value, unit) = (value / 1024, unit + 1);
        return value.ToString("0.#") + " " + units[unit];
    }

    private static string Duration(double seconds)
    {
        if (Math.Abs(seconds) > TimeSpan.FromDays(3650).TotalSeconds) return seconds > 0 ? "more than 10 years" : "less than -10 years";
        if (Math.Abs(seconds) < 1) return DurationText.Format(TimeSpan.FromMilliseconds(Math.Round(seconds * 1000)));
        var span = TimeSpan.FromSeconds(Math.Round(Math.Abs(seconds)));
        var text = span switch
        {
            { TotalDays: >= 1 } => span.Hours > 0 ? $"{(int)span.TotalDays} d {span.Hours} h" : $"{(int)span.TotalDays} d",
            { TotalHours: >= 1 } => span.Minutes > 0 ? $"{span.Hours} h {span.Minutes} min" : $"{span.Hours} h",
            { TotalMinutes: >= 1 } => span.Seconds > 0 ? $"{span.Minutes} min {span.Seconds} s" : $"{span.Minutes} min",
            _ => $"{span.Seconds} s",
        };
        return seconds < 0 ? "-" + text : text;
    }

    private static bool IsFormat(string format) => format is "" or "percent" or "bytes" or "duration" || format.AsSpan().IndexOfAnyExcept("0#.") < 0;

    private static void Walk(string text, Action<string> plain, Action<string, string> field, Action unclosed)
    {
        var at = 0;
        while (at < text.Length)
        {
            var open = text.IndexOf("{{", at, StringComparison.Ordinal);
            if (open < 0) break;
            var close = text.IndexOf("}}", open + 2, StringComparison.Ordinal);
            if (close < 0)
            {
                unclosed();
                break;
            }

            plain(text[at..open]);
            var inner = text[(open + 2)..close].Trim();
            // A label's name may hold a colon; only value and threshold take a format.
            var colon = inner.StartsWith(LabelPrefix, StringComparison.Ordinal) ? -1 : inner.IndexOf(':', StringComparison.Ordinal);
            field(colon < 0 ? inner : inner[..colon].TrimEnd(), colon < 0 ? "" : inner[(colon + 1)..].TrimStart());
            at = close + 2;
        }

        plain(text[at..]);
    }
}

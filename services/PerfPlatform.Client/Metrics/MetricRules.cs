using System.Text.RegularExpressions;

namespace PerfPlatform.Client.Metrics;

/// <summary>The rules of OpenTelemetry and of PerfPlatform for names, units and labels.</summary>
internal static partial class MetricRules
{
    public const int MaxName = 255;
    public const int MaxUnit = 63;
    public const int MaxLabels = 16;
    public const int MaxLabelValue = 256;

    public static IEnumerable<string> OfName(string name)
    {
        if (name.Length > MaxName)
            yield return $"The name is {name.Length} characters long; {MaxName} are allowed.";
        if (!NamePattern().IsMatch(name))
            yield return $"The name '{name}' must start with a letter and go on with letters, digits, '_', '.', '-' or '/', as queue.size.";
    }

    public static IEnumerable<string> OfUnit(string unit)
    {
        if (unit.Length > MaxUnit || unit.Any(c => c is < ' ' or > '~'))
            yield return $"The unit '{unit}' must be at most {MaxUnit} printable ASCII characters, as s, By, 1 or {{document}}.";
    }

    public static IEnumerable<string> OfLabels(IReadOnlyDictionary<string, string> labels)
    {
        if (labels.Count > MaxLabels)
            yield return $"There are {labels.Count} labels; {MaxLabels} are allowed.";
        foreach (var (name, value) in labels)
        {
            if (name.Length > MaxName || !NamePattern().IsMatch(name))
                yield return $"The label name '{name}' must start with a letter and go on with letters, digits, '_', '.', '-' or '/'.";
            if (string.IsNullOrEmpty(value))
                yield return $"The label '{name}' has no value.";
            else if (value.Length > MaxLabelValue)
                yield return $"The value of the label '{name}' is {value.Length} characters long; {MaxLabelValue} are allowed.";
        }
    }

    // The instrument name syntax of the OpenTelemetry metrics API.
    [GeneratedRegex(@"\A[A-Za-z][A-Za-z0-9_.\-/]*\z")]
    private static partial Regex NamePattern();
}

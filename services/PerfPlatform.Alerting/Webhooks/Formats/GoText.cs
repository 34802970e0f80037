using System.Globalization;
using System.Text;

namespace PerfPlatform.Alerting.Webhooks.Formats;

/// <summary>Text as Go's <c>%q</c> writes it, which is how Alertmanager writes label values in a group's key.</summary>
public static class GoText
{
    /// <summary>In double quotes, with what cannot be printed escaped.</summary>
    public static string Quote(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var rune in text.EnumerateRunes()) Append(quoted, rune);
        return quoted.Append('"').ToString();
    }

    private static void Append(StringBuilder quoted, Rune rune)
    {
        if (rune.Value is '"' or '\\') quoted.Append('\\').Append((char)rune.Value);
        else if (IsPrint(rune)) quoted.Append(rune.ToString());
        else if (Short(rune.Value) is { } letter) quoted.Append('\\').Append(letter);
        else if (rune.Value < 0x80) quoted.Append(CultureInfo.InvariantCulture, $"\\x{rune.Value:x2}");
        else if (rune.IsBmp) quoted.Append(CultureInfo.InvariantCulture, $"\\u{rune.Value:x4}");
        else quoted.Append(CultureInfo.InvariantCulture, $"\\U{rune.Value:x8}");
    }

    private static char? Short(int value) => value switch
    {
        7 => 'a',
        8 => 'b',
        9 => 't',
        10 => 'n',
        11 => 'v',
        12 => 'f',
        13 => 'r',
        _ => null,
    };

    // Letters, marks, numbers, punctuation, symbols and the ASCII blank.
    private static bool IsPrint(Rune rune) => rune.Value == ' ' || Rune.GetUnicodeCategory(rune) is not (
        UnicodeCategory.SpaceSeparator or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator or UnicodeCategory.Control
        or UnicodeCategory.Format or UnicodeCategory.Surrogate or UnicodeCategory.PrivateUse or UnicodeCategory.OtherNotAssigned);
}

using System.Globalization;
using System.Text;

namespace PerfPlatform.Web.Components.Text;

/// <summary>Text that a sender chose: a host, a label, a component's error. It may be long, and hold characters that turn or break the text around it.</summary>
public static class SenderText
{
    /// <summary>What a page shows at most where nothing else is said.</summary>
    public const int Most = 160;

    // Nobody reads more of it, and a page may hold a thousand.
    private const int MostInTitle = 2000;

    /// <summary>For places that have no markup: the window's title, an option, a tool tip. Cut, and marks that steer the direction or are not to be seen replaced by a sign that is.</summary>
    public static string Plain(string? text, int most = MostInTitle)
    {
        if (string.IsNullOrEmpty(text)) return "";
        var result = new StringBuilder(Math.Min(text.Length, most) + 1);
        foreach (var rune in text.EnumerateRunes())
        {
            if (result.Length + rune.Utf16SequenceLength > most) return result.Append('…').ToString();
            result.Append(Steers(rune) ? "\uFFFD" : rune.ToString());
        }

        return result.ToString();
    }

    /// <summary>Whether <see cref="Plain"/> would cut it.</summary>
    public static bool IsLong(string? text, int most) => text is not null && text.Length > most;

    // Line ends and tabs are blanks in HTML; joiners of letters and emoji stay.
    private static bool Steers(Rune rune) => rune.Value switch
    {
        '\n' or '\r' or '\t' => false,
        0x061C or 0x200E or 0x200F or 0xFEFF => true,
        >= 0x202A and <= 0x202E or >= 0x2066 and <= 0x2069 => true,
        _ => Rune.GetUnicodeCategory(rune) is UnicodeCategory.Control or UnicodeCategory.LineSeparator or UnicodeCategory.ParagraphSeparator,
    };
}

namespace PerfPlatform.Web.Access.Users;

/// <summary>
/// Knows passwords that guessers try first by what they are made of: words that everybody takes, the user's name, the product's, rows of the keyboard, years, one character again
/// and again. What is left when these are taken away has to be worth something.
/// </summary>
public static class EasyPasswords
{
    /// <summary>Letters and digits that must be left.</summary>
    public const int Left = 5;

    private const int Different = 4;
    private const int ShortestPart = 3;

    // Shorter ones are in words that are none of them: "first", "stuff".
    private const int ShortestRow = 4;

    // What passwords that became known are made of most often; also where digits stand for letters.
    private static readonly string[] s_words =
    [
        "perfplatform", "administrator", "administrador", "passwort", "password", "passphrase", "passw", "pass", "admin", "root", "user", "login", "welcome", "willkommen", "bienvenue", "letmein",
        "changeme", "change", "default", "secret", "geheim", "master", "access", "guest", "test", "demo", "temp", "hello", "hallo", "iloveyou", "love", "sunshine", "princess", "monkey", "dragon",
        "football", "baseball", "superman", "batman", "shadow", "michael", "jordan", "charlie", "whatever", "trustno", "starwars", "computer", "internet", "server", "monitor", "summer", "winter",
        "spring", "autumn", "sommer", "january", "february", "march", "april", "june", "july", "august", "september", "october", "november", "december", "monday", "tuesday", "wednesday",
        "thursday", "friday", "saturday", "sunday", "abc", "123", "321", "qwe", "asd", "zxc", "yxc", "1qaz",
    ];

    private static readonly string[] s_rows = ["abcdefghijklmnopqrstuvwxyz", "01234567890", "qwertyuiop", "qwertzuiop", "azertyuiop", "asdfghjkl", "zxcvbnm", "yxcvbnm", "1qaz2wsx3edc4rfv5tgb6yhn"];

    /// <summary>Whether a guesser would soon have it.</summary>
    public static bool Contains(string password, string? name)
    {
        var text = password.ToLowerInvariant();
        var known = new bool[text.Length];
        var spelled = string.Concat(text.Select(Letter));
        foreach (var word in s_words.Concat(Names(name)))
        {
            Mark(known, text, word);
            Mark(known, spelled, word);
        }

        foreach (var row in s_rows)
        {
            MarkRuns(known, text, row);
            MarkRuns(known, text, string.Concat(row.Reverse()));
        }

        MarkRepeats(known, text);
        MarkYears(known, text);
        var left = text.Where((character, i) => !known[i] && char.IsLetterOrDigit(character)).ToList();
        return left.Count < Left || left.Distinct().Count() < Different;
    }

    private static IEnumerable<string> Names(string? name)
    {
        var whole = (name ?? "").ToLowerInvariant();
        return whole.Split('.', '-', '_', '@').Append(whole).Where(part => part.Length >= ShortestPart);
    }

    private static char Letter(char character) => character switch
    {
        '0' => 'o',
        '1' or '!' => 'i',
        '3' => 'e',
        '4' or '@' => 'a',
        '5' or '$' => 's',
        '7' => 't',
        _ => character,
    };

    private static void Mark(bool[] known, string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal)) known.AsSpan(at, word.Length).Fill(true);
    }

    private static void MarkRuns(bool[] known, string text, string row)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            var at = row.IndexOf(text[start], StringComparison.Ordinal);
            for (end = start + 1; at >= 0 && end < text.Length && at + end - start < row.Length && row[at + end - start] == text[end];) end++;
            if (end - start >= ShortestRow) known.AsSpan(start, end - start).Fill(true);
        }
    }

    private static void MarkRepeats(bool[] known, string text)
    {
        for (int start = 0, end; start < text.Length; start = end)
        {
            for (end = start + 1; end < text.Length && text[end] == text[start];) end++;
            if (end - start >= ShortestPart) known.AsSpan(start, end - start).Fill(true);
        }
    }

    private static void MarkYears(bool[] known, string text)
    {
        for (var i = 0; i + 4 <= text.Length; i++)
        {
            if (text.AsSpan(i, 2) is "19" or "20" && char.IsAsciiDigit(text[i + 2]) && char.IsAsciiDigit(text[i + 3])) known.AsSpan(i, 4).Fill(true);
        }
    }
}

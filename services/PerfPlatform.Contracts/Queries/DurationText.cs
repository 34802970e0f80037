using System.Globalization;

namespace PerfPlatform.Contracts.Queries;

/// <summary>Durations as the API writes them: a whole or decimal number and one of <c>ms s m h d w</c>, for example <c>30s</c>, <c>5m</c>, <c>7d</c>; several may follow each other (<c>1h30m</c>).</summary>
public static class DurationText
{
    /// <summary>Reads a duration.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (text.IsEmpty) return false;
        var total = 0.0;
        while (!text.IsEmpty)
        {
            var digits = 0;
            while (digits < text.Length && (char.IsAsciiDigit(text[digits]) || text[digits] == '.')) digits++;
            if (digits == 0 || !double.TryParse(text[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var number)) return false;
            text = text[digits..];
            var letters = 0;
            while (letters < text.Length && char.IsAsciiLetter(text[letters])) letters++;
            var unit = text[..letters] switch { "ms" => 1.0, "s" => 1e3, "m" => 6e4, "h" => 3.6e6, "d" => 8.64e7, "w" => 6.048e8, _ => 0 };
            if (unit == 0) return false;
            total += number * unit;
            text = text[letters..];
        }

        if (total > 1e14) return false;
        duration = TimeSpan.FromMilliseconds(total);
        return true;
    }

    /// <summary>Reads a duration.</summary>
    /// <exception cref="FormatException">The text is not a duration.</exception>
    public static TimeSpan Parse(string text) =>
        TryParse(text, out var duration) ? duration : throw new FormatException($"'{text}' is not a duration: write for example 30s, 5m, 1h or 7d.");

    /// <summary>Writes a duration with the largest unit that leaves a whole number.</summary>
    public static string Format(TimeSpan duration)
    {
        var ms = (long)duration.TotalMilliseconds;
        foreach (var (unit, size) in (ReadOnlySpan<(string, long)>)[("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000)])
        {
            if (ms != 0 && ms % size == 0) return (ms / size).ToString(CultureInfo.InvariantCulture) + unit;
        }

        return ms == 0 ? "0s" : ms.ToString(CultureInfo.InvariantCulture) + "ms";
    }
}

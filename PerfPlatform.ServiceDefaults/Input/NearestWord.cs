namespace PerfPlatform.ServiceDefaults;

/// <summary>Finds what somebody meant to write.</summary>
public static class NearestWord
{
    /// <summary>The known word that is the fewest letters away; null when none is near.</summary>
    public static string? Of(string written, IReadOnlyCollection<string> known)
    {
        if (written.Length > 100) return null;
        string? nearest = null;
        var least = Math.Max(2, written.Length / 3) + 1;
        foreach (var word in known)
        {
            if (Distance(written, word) is var distance && distance < least) (nearest, least) = (word, distance);
        }

        return nearest;
    }

    /// <summary>What to write instead: the nearest word, or all there are.</summary>
    public static string Advice(string written, IReadOnlyCollection<string> known) =>
        Of(written, known) is { } nearest ? $"did you mean '{nearest}'?"
        : known.Count == 0 ? "there are none here."
        : $"known are {string.Join(", ", known)}.";

    // Levenshtein's distance over two rows; upper and lower case are the same.
    private static int Distance(string a, string b)
    {
        var row = new int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++) row[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            var diagonal = row[0];
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var cost = char.ToLowerInvariant(a[i - 1]) == char.ToLowerInvariant(b[j - 1]) ? 0 : 1;
                (diagonal, row[j]) = (row[j], Math.Min(Math.Min(row[j], row[j - 1]) + 1, diagonal + cost));
            }
        }

        return row[b.Length];
    }
}

namespace PerfPlatform.Ingestion.Influx;

/// <summary>The escapes of names: a backslash before a comma, a space or (not in measurements) an equals sign. Any other backslash is itself.</summary>
internal static class LineEscapes
{
    /// <summary>The position of the first <paramref name="end"/> that is not escaped, or the length.</summary>
    public static int Until(ReadOnlySpan<byte> text, byte end)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (text[at] == end) return at;
            if (IsEscape(text, at, equals: true)) at++;
        }

        return text.Length;
    }

    /// <summary>The name without its escapes. Only for series that are met for the first time: it allocates where there are any.</summary>
    public static ReadOnlySpan<byte> Remove(ReadOnlySpan<byte> text, bool equals)
    {
        if (!text.Contains((byte)'\\')) return text;
        var plain = new byte[text.Length];
        var length = 0;
        for (var at = 0; at < text.Length; at++)
        {
            if (IsEscape(text, at, equals)) at++;
            plain[length++] = text[at];
        }

        return plain.AsSpan(0, length);
    }

    private static bool IsEscape(ReadOnlySpan<byte> text, int at, bool equals) =>
        text[at] == (byte)'\\' && at + 1 < text.Length && (text[at + 1] is (byte)',' or (byte)' ' || (equals && text[at + 1] == (byte)'='));
}

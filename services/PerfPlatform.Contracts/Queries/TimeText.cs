using System.Globalization;

namespace PerfPlatform.Contracts.Queries;

/// <summary>Points in time as the API takes them: RFC 3339, Unix milliseconds, <c>now</c>, or <c>now-15m</c>.</summary>
public static class TimeText
{
    /// <summary>Reads a point in time.</summary>
    public static bool TryParse(string? text, DateTimeOffset now, out DateTimeOffset time)
    {
        time = now;
        if (string.IsNullOrEmpty(text)) return false;
        if (text.StartsWith("now", StringComparison.Ordinal))
        {
            if (text.Length == 3) return true;
            if (text[3] is not ('-' or '+') || !DurationText.TryParse(text.AsSpan(4), out var offset)) return false;
            if (text[3] == '-' ? offset > now - DateTimeOffset.MinValue : offset > DateTimeOffset.MaxValue - now) return false;
            time = text[3] == '-' ? now - offset : now + offset;
            return true;
        }

        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var ms))
        {
            if (ms is < -62_135_596_800_000 or > 253_402_300_799_999) return false;
            time = DateTimeOffset.FromUnixTimeMilliseconds(ms);
            return true;
        }

        return DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal | DateTimeStyles.AdjustToUniversal, out time);
    }
}

using System.Diagnostics.CodeAnalysis;
using System.Globalization;

namespace PerfPlatform.Contracts.Queries;

/// <summary>
/// Points in time as the API takes them, everywhere: RFC 3339 with an offset, or Unix milliseconds; where a period is asked for also <c>now</c> and <c>now-15m</c>.
/// A time without an offset is refused: whose clock it means nobody knows.
/// </summary>
public static class TimeText
{
    private const string Forms = "write RFC 3339 with an offset (2026-05-01T12:00:00Z) or Unix milliseconds";

    /// <summary>Reads a parameter or field; <c>now</c> and <c>now-15m</c> are understood too.</summary>
    /// <exception cref="QueryException">It is not a time; the message names it and says what to write.</exception>
    public static DateTimeOffset Read(string name, string? text, DateTimeOffset now) =>
        TryParse(text, now, out var time, out var error) ? time : throw new QueryException($"'{name}' {error}");

    /// <summary>Reads a point in time, or one that is told from now: <c>now</c>, <c>now-15m</c>, <c>now+1h</c>.</summary>
    /// <param name="text">The text.</param>
    /// <param name="now">What <c>now</c> means.</param>
    /// <param name="time">The time when the answer is true.</param>
    /// <param name="error">What to change when the answer is false, to be written after the field's name.</param>
    public static bool TryParse(string? text, DateTimeOffset now, out DateTimeOffset time, [NotNullWhen(false)] out string? error)
    {
        if (text?.StartsWith("now", StringComparison.Ordinal) != true) return TryParse(text, Forms + ", now, or for example now-15m; in an address a '+' is written %2B", out time, out error);
        (time, error) = (now, null);
        if (text.Length == 3) return true;
        if (text[3] is '-' or '+' && DurationText.TryParse(text.AsSpan(4), out var offset)
            && (text[3] == '-' ? offset <= now - DateTimeOffset.MinValue : offset <= DateTimeOffset.MaxValue - now))
        {
            time = text[3] == '-' ? now - offset : now + offset;
            return true;
        }

        error = $"is '{Short(text)}', which is not a time: after now comes - or + and a duration, for example now-15m.";
        return false;
    }

    /// <summary>Reads a point in time: RFC 3339 with an offset, or Unix milliseconds.</summary>
    /// <param name="text">The text.</param>
    /// <param name="time">The time when the answer is true.</param>
    /// <param name="error">What to change when the answer is false, to be written after the field's name.</param>
    public static bool TryParse(ReadOnlySpan<char> text, out DateTimeOffset time, [NotNullWhen(false)] out string? error) => TryParse(text, Forms, out time, out error);

    /// <summary>Unix milliseconds.</summary>
    /// <param name="milliseconds">Since 1970.</param>
    /// <param name="time">The time when the answer is true.</param>
    /// <param name="error">What to change when the answer is false, to be written after the field's name.</param>
    public static bool TryUnix(long milliseconds, out DateTimeOffset time, [NotNullWhen(false)] out string? error)
    {
        (time, error) = (default, null);
        if (milliseconds is < -62_135_596_800_000 or > 253_402_300_799_999)
        {
            error = $"is {milliseconds}, which is no time in milliseconds: between the years 1 and 9999 it must be.";
            return false;
        }

        time = DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
        return true;
    }

    private static bool TryParse(ReadOnlySpan<char> text, string forms, out DateTimeOffset time, [NotNullWhen(false)] out string? error)
    {
        error = null;
        if (long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var milliseconds)) return TryUnix(milliseconds, out time, out error);
        switch (Rfc3339.Parse(text, out time))
        {
            case Rfc3339Result.Time:
                return true;
            case Rfc3339Result.NoOffset:
                error = $"is '{Short(text)}', a time without an offset: add Z for UTC, or for example +02:00 (in an address %2B02:00).";
                return false;
            default:
                error = $"is '{Short(text)}', which is not a time: {forms}.";
                return false;
        }
    }

    private static string Short(ReadOnlySpan<char> text) => text.Length <= 40 ? text.ToString() : string.Concat(text[..40], "...");
}

using System.Globalization;

namespace PerfPlatform.Contracts.Queries;

/// <summary>What <see cref="Rfc3339.Parse"/> found.</summary>
internal enum Rfc3339Result
{
    /// <summary>A time.</summary>
    Time,

    /// <summary>A date, or a date and a time of day, of which nobody says in which zone.</summary>
    NoOffset,

    /// <summary>Something else.</summary>
    NotATime,
}

/// <summary>Reads <c>2026-05-01T12:00:00.25+02:00</c>: no culture, no local zone, nothing guessed.</summary>
internal static class Rfc3339
{
    public static Rfc3339Result Parse(ReadOnlySpan<char> text, out DateTimeOffset time)
    {
        time = default;
        if (!TryDate(text, out var date)) return Rfc3339Result.NotATime;
        if (text.Length == 10) return Rfc3339Result.NoOffset;
        if (text[10] is not ('T' or 't' or ' ') || !TryTimeOfDay(text[11..], out var ofDay, out var length)) return Rfc3339Result.NotATime;
        var zone = text[(11 + length)..];
        if (zone.IsEmpty) return Rfc3339Result.NoOffset;
        if (!TryOffset(zone, out var offset)) return Rfc3339Result.NotATime;
        var ticks = date.Ticks + ofDay.Ticks - offset.Ticks;
        if (ticks < DateTime.MinValue.Ticks || ticks > DateTime.MaxValue.Ticks) return Rfc3339Result.NotATime;
        time = new DateTimeOffset(ticks, TimeSpan.Zero);
        return Rfc3339Result.Time;
    }

    private static bool TryDate(ReadOnlySpan<char> text, out DateTime date)
    {
        date = default;
        if (text.Length < 10 || text[4] != '-' || text[7] != '-') return false;
        if (!TryNumber(text[..4], out var year) || !TryNumber(text[5..7], out var month) || !TryNumber(text[8..10], out var day)) return false;
        if (year < 1 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month)) return false;
        date = new DateTime(year, month, day, 0, 0, 0, DateTimeKind.Utc);
        return true;
    }

    // 12:00:00 or 12:00:00.25; also 12:00, which forms send.
    private static bool TryTimeOfDay(ReadOnlySpan<char> text, out TimeSpan ofDay, out int length)
    {
        (ofDay, length) = (default, 5);
        if (text.Length < 5 || text[2] != ':' || !TryNumber(text[..2], out var hour) || !TryNumber(text[3..5], out var minute) || hour > 23 || minute > 59) return false;
        var second = 0;
        var ticks = 0L;
        if (text.Length > 5 && text[5] == ':')
        {
            length = 8;
            if (text.Length < 8 || !TryNumber(text[6..8], out second) || second > 59) return false;
            if (text.Length > 8 && text[8] == '.')
            {
                var digits = 0;
                for (var unit = TimeSpan.TicksPerSecond / 10; 9 + digits < text.Length && char.IsAsciiDigit(text[9 + digits]); digits++, unit /= 10) ticks += (text[9 + digits] - '0') * unit;
                if (digits == 0) return false;
                length = 9 + digits;
            }
        }

        ofDay = new TimeSpan(hour, minute, second) + TimeSpan.FromTicks(ticks);
        return true;
    }

    private static bool TryOffset(ReadOnlySpan<char> text, out TimeSpan offset)
    {
        offset = default;
        if (text is "Z" or "z") return true;
        if (text.Length != 6 || text[0] is not ('+' or '-') || text[3] != ':') return false;
        if (!TryNumber(text[1..3], out var hours) || !TryNumber(text[4..], out var minutes) || hours > 23 || minutes > 59) return false;
        offset = new TimeSpan(hours, minutes, 0);
        if (text[0] == '-') offset = -offset;
        return true;
    }

    private static bool TryNumber(ReadOnlySpan<char> text, out int number) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}

using System.Globalization;
using System.Text.Json;
using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.ServiceDefaults;

/// <summary>How a single value is written, in bodies and in addresses, in words that a caller understands.</summary>
internal static class ValueForm
{
    /// <summary>What is wrong with a text that has the one character that no database takes.</summary>
    public const string Nul = "must not hold the character U+0000.";

    private const string Whole = "a whole number";
    private const string Duration = "a duration: a number and ms, s, m, h, d or w, for example 30s, 5m, 1h or 7d";

    /// <summary>What is wrong with a value of a body, to be written after its name; null when it is right or of a type that reads itself.</summary>
    public static string? Check(JsonElement value, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(DateTimeOffset)) return Time(value);
        var right = value.ValueKind switch
        {
            JsonValueKind.String => !IsNumber(type) && type != typeof(bool) && IsText(value.GetString()!, type),
            JsonValueKind.Number => Number(value, type),
            JsonValueKind.True or JsonValueKind.False => type == typeof(bool) || Wanted(type) is null,
            _ => Wanted(type) is null,
        };
        return right ? null : $"is {Shown(value)}: write {Wanted(type)}.";
    }

    /// <summary>What is wrong with a value of an address, to be written after its name; null when it is right.</summary>
    public static string? Check(string text, Type type)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        return HasNul(text) ? Nul : IsText(text, type) ? null : $"is '{Short(text)}': write {Wanted(type)}.";
    }

    /// <summary>Whether a text has that character.</summary>
    public static bool HasNul(string text) => text.Contains('\0', StringComparison.Ordinal);

    // Numbers count as text too: in an address they are.
    private static bool IsText(string text, Type type) =>
        type == typeof(int) ? int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
        : type == typeof(long) ? long.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
        : type == typeof(double) ? double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out _)
        : type == typeof(bool) ? bool.TryParse(text, out _)
        : type == typeof(Guid) ? Guid.TryParse(text, out _)
        : type == typeof(TimeSpan) ? DurationText.TryParse(text, out _)
        : type == typeof(Uri) ? Uri.TryCreate(text, UriKind.RelativeOrAbsolute, out _)
        : !type.IsEnum || EnumWords.Of(type).Contains(text, StringComparer.OrdinalIgnoreCase);

    private static bool Number(JsonElement value, Type type) =>
        type == typeof(int) ? value.TryGetInt32(out _)
        : type == typeof(long) ? value.TryGetInt64(out _)
        : type == typeof(double) ? value.TryGetDouble(out var number) && double.IsFinite(number)
        : Wanted(type) is null;

    private static string? Time(JsonElement value)
    {
        string? error = null;
        _ = value.ValueKind switch
        {
            JsonValueKind.Number when value.TryGetInt64(out var milliseconds) => TimeText.TryUnix(milliseconds, out _, out error),
            JsonValueKind.String => TimeText.TryParse(value.GetString(), out _, out error),
            _ => TimeText.TryParse(value.GetRawText(), out _, out error),
        };
        return error;
    }

    private static bool IsNumber(Type type) => type == typeof(int) || type == typeof(long) || type == typeof(double);

    // Null for types that have a form of their own.
    private static string? Wanted(Type type) =>
        type == typeof(string) ? "a text in quotes"
        : type == typeof(int) || type == typeof(long) ? Whole
        : type == typeof(double) ? "a number"
        : type == typeof(bool) ? "true or false"
        : type == typeof(Guid) ? "an id of 32 hexadecimal digits"
        : type == typeof(TimeSpan) ? Duration
        : type == typeof(Uri) ? "an address, for example https://example.org/hook"
        : type.IsEnum ? EnumWords.Choice(EnumWords.Of(type))
        : null;

    private static string Shown(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Object => "an object",
        JsonValueKind.Array => "a list",
        JsonValueKind.String => $"'{Short(value.GetString()!)}'",
        _ => Short(value.GetRawText()),
    };

    private static string Short(string text) => text.Length <= 40 ? text : text[..40] + "...";
}

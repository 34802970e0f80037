using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace PerfPlatform.Contracts.Queries;

/// <summary>The words of the API for the members of an enumeration: in addresses and bodies the same. Upper and lower case are the same.</summary>
public static class EnumWords
{
    /// <summary>The words, in the order of the members.</summary>
    public static IReadOnlyList<string> Of(Type enumeration) =>
        [.. enumeration.GetFields(BindingFlags.Public | BindingFlags.Static).Select(f => f.GetCustomAttribute<JsonStringEnumMemberNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(f.Name))];

    /// <summary>The word of a member.</summary>
    public static string Word<T>(T value) where T : struct, Enum => Of(typeof(T))[Array.IndexOf(Enum.GetValues<T>(), value)];

    /// <summary>Reads a parameter; null where it was left out.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="text">What was written.</param>
    /// <exception cref="QueryException">It is none of the words; the message has them.</exception>
    public static T? Read<T>(string name, string? text) where T : struct, Enum => string.IsNullOrEmpty(text) ? null : ReadWord<T>(name, text);

    /// <summary>Reads a parameter that may have several, with commas or repeated.</summary>
    /// <param name="name">The parameter.</param>
    /// <param name="texts">What was written.</param>
    /// <exception cref="QueryException">One is none of the words; the message has them.</exception>
    public static IReadOnlyList<T> ReadAll<T>(string name, IEnumerable<string>? texts) where T : struct, Enum =>
        [.. (texts ?? []).SelectMany(text => text.Split(',', StringSplitOptions.TrimEntries)).Select(text => ReadWord<T>(name, text))];

    /// <summary>As a person reads it: <c>one of a, b, c</c>.</summary>
    public static string Choice(IEnumerable<string> words) => "one of " + string.Join(", ", words);

    private static T ReadWord<T>(string name, string text) where T : struct, Enum
    {
        var words = Of(typeof(T));
        for (var i = 0; i < words.Count; i++)
        {
            if (string.Equals(words[i], text, StringComparison.OrdinalIgnoreCase)) return Enum.GetValues<T>()[i];
        }

        throw new QueryException($"'{name}' is '{text}': write {Choice(words)}.");
    }
}

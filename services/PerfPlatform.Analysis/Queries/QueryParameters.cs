using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Queries;

/// <summary>Reads the parameters of the query API; everything that cannot be read is a <see cref="QueryException"/> that says what to write.</summary>
internal static class QueryParameters
{
    private static readonly Dictionary<string, Aggregation> Aggregations = Words<Aggregation>();
    private static readonly Dictionary<string, Reduction> Reductions = Words<Reduction>();
    private static readonly Dictionary<string, SeriesFunction> Functions = Words<SeriesFunction>();

    public static SeriesSelector Selector(string? metric, string[]? match)
    {
        var matchers = new List<LabelMatcher>();
        foreach (var text in match ?? [])
        {
            if (!LabelMatcher.TryParse(text, out var matcher, out var error)) throw new QueryException(error);
            matchers.Add(matcher);
        }

        return new SeriesSelector(string.IsNullOrEmpty(metric) ? null : metric, matchers);
    }

    public static DateTimeOffset Time(string name, string? text, string byDefault, DateTimeOffset now) =>
        TimeText.TryParse(text ?? byDefault, now, out var time)
            ? time
            : throw new QueryException($"'{name}={text}' is not a time: write RFC 3339, Unix milliseconds, now or now-15m; in an address a '+' is written %2B.");

    public static TimeSpan? Step(string? text)
    {
        if (text is null) return null;
        return DurationText.TryParse(text, out var step) && step >= TimeSpan.FromMilliseconds(1)
            ? step
            : throw new QueryException($"'step={text}' is not a duration of 1 ms or more: write for example 1s, 30s, 5m, 1h.");
    }

    public static Aggregation? Aggregate(string? text) => Word(Aggregations, "agg", text);

    public static Reduction? Reduce(string? text) => Word(Reductions, "reduce", text);

    public static SeriesFunction? Function(string? text) => Word(Functions, "fn", text);

    /// <summary>Label names separated by commas; an empty text is no label, so everything becomes one line; null where the parameter is not there.</summary>
    public static IReadOnlyList<string>? By(string[]? by) =>
        by is null or [] ? null : [.. by.SelectMany(b => b.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];

    public static int[] Ids(string ids)
    {
        var parts = ids.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.ConvertAll(parts, part => int.TryParse(part, out var id) ? id : throw new QueryException($"'{part}' is not a series id: write numbers separated by commas."));
    }

    // The API's words are the members' names in lower case.
    private static Dictionary<string, T> Words<T>() where T : struct, Enum => Enum.GetValues<T>().ToDictionary(v => v.ToString().ToLowerInvariant());

    private static T? Word<T>(Dictionary<string, T> words, string name, string? text) where T : struct
    {
        if (string.IsNullOrEmpty(text)) return null;
        return words.TryGetValue(text, out var word) ? word : throw new QueryException($"'{name}={text}' is not known: write one of {string.Join(", ", words.Keys)}.");
    }
}

using PerfPlatform.Contracts.Queries;

namespace PerfPlatform.Analysis.Queries;

/// <summary>Reads the parameters of the query API; everything that cannot be read is a <see cref="QueryException"/> that says what to write.</summary>
internal static class QueryParameters
{
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

    public static TimeSpan? Step(string? text)
    {
        if (text is null) return null;
        return DurationText.TryParse(text, out var step) && step >= TimeSpan.FromMilliseconds(1)
            ? step
            : throw new QueryException($"'step={text}' is not a duration of 1 ms or more: write for example 1s, 30s, 5m, 1h.");
    }

    /// <summary>Label names separated by commas; an empty text is no label, so everything becomes one line; null where the parameter is not there.</summary>
    public static IReadOnlyList<string>? By(string[]? by) =>
        by is null or [] ? null : [.. by.SelectMany(b => b.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)).Distinct()];

    public static int[] Ids(string ids)
    {
        var parts = ids.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        return Array.ConvertAll(parts, part => int.TryParse(part, out var id) ? id : throw new QueryException($"'{part}' is not a series id: write numbers separated by commas."));
    }
}

using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Contracts.Queries;

/// <summary>Which series: those of a metric (or of all where it is null) whose labels pass every matcher.</summary>
/// <param name="Metric">The metric's exact name, or null.</param>
/// <param name="Match">Label filters, all of which must pass.</param>
public sealed record SeriesSelector(string? Metric, IReadOnlyList<LabelMatcher> Match)
{
    /// <summary>The series of a metric that pass filters written as in the API.</summary>
    /// <exception cref="FormatException">A filter cannot be read.</exception>
    public static SeriesSelector Of(string? metric, params IEnumerable<string> match) => new(metric, [.. match.Select(LabelMatcher.Parse)]);

    /// <summary>Whether a series is selected.</summary>
    public bool Matches(string metric, LabelSet labels)
    {
        if (Metric is not null && Metric != metric) return false;
        foreach (var matcher in Match)
        {
            if (!matcher.Matches(labels)) return false;
        }

        return true;
    }
}

using PerfPlatform.Analysis.Trends;

namespace PerfPlatform.Benchmarks.Soak;

/// <summary>How a value went over a soak.</summary>
/// <param name="Name">What it is.</param>
/// <param name="Points">At the start, after each quarter, and at the end.</param>
/// <param name="SlopePerHour">Of the Theil-Sen line over what is judged.</param>
/// <param name="IsFlat">Whether it does not grow, by <see cref="Rule"/>.</param>
internal sealed record Course(string Name, IReadOnlyList<double> Points, double SlopePerHour, bool IsFlat)
{
    public const string Rule =
        "flat: over the last two thirds (before, caches fill) the Theil-Sen line rises by at most 5 % of the median, or by what is small: 32 MB, 8 handles, 4 threads, 2 connections, 1,000 messages";

    private const double Share = 0.05;
    private const int MostCompared = 400; // 80,000 slopes

    /// <summary>What each unit may rise by in any case.</summary>
    public static readonly IReadOnlyDictionary<string, double> Small =
        new Dictionary<string, double> { ["MB"] = 32, ["handles"] = 8, ["threads"] = 4, ["connections"] = 2, ["messages"] = 1000 };

    /// <summary>Of values that were read at the same distance, two at least.</summary>
    public static Course Of(string name, string unit, IReadOnlyList<double> values, TimeSpan distance)
    {
        var judged = values.Skip(values.Count / 3).ToArray();
        var points = new SeriesPoints([.. Enumerable.Range(0, judged.Length).Select(i => i * distance.TotalHours)], judged).AtMost(MostCompared);
        var slope = TheilSen.Of(points).Slope;
        var median = judged.Order().ElementAt(judged.Length / 2);
        var rise = slope * distance.TotalHours * (judged.Length - 1);
        return new Course($"{name} {unit}", [.. Enumerable.Range(0, 5).Select(quarter => values[quarter * (values.Count - 1) / 4])], slope, rise <= Math.Max(Share * median, Small[unit]));
    }
}

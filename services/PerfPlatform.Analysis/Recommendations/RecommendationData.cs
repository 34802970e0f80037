namespace PerfPlatform.Analysis.Recommendations;

/// <summary>What a recommendation adds to its finding.</summary>
/// <param name="Action">What to do.</param>
/// <param name="Because">The kind of finding that it follows from: <c>bottleneck</c> or <c>trend</c>.</param>
/// <param name="Resource">The resource concerned.</param>
/// <param name="Device">Which one, or null.</param>
/// <param name="FullInSeconds">When it will be full at the present rate, where it fills up.</param>
/// <param name="FullInSecondsEarliest">The earliest by the 95 % interval.</param>
/// <param name="FullInSecondsLatest">The latest by the 95 % interval; null when it may never be.</param>
public sealed record RecommendationData(
    string Action, string Because, string Resource, string? Device, double? FullInSeconds, double? FullInSecondsEarliest, double? FullInSecondsLatest);

namespace PerfPlatform.Contracts.Alerts;

/// <summary>What an alert's value and threshold are of, in the words of its rule: their unit follows from it.</summary>
/// <param name="Kind">The rule's kind, for example <c>threshold</c>; the value of <c>absent</c> means nothing.</param>
/// <param name="Metric">The metric.</param>
/// <param name="Fn">rate, increase or delta on each series first, or null.</param>
/// <param name="Agg">How the samples of the window became one value.</param>
/// <param name="DivideBy">The metric that it was divided by, or null.</param>
public sealed record AlertMeasure(string Kind, string Metric, string? Fn = null, string? Agg = null, string? DivideBy = null);

namespace PerfPlatform.Analysis.Trends;

/// <summary>What a trend adds to its finding.</summary>
/// <param name="Direction"><c>rising</c>, <c>falling</c> or <c>flat</c>.</param>
/// <param name="Unit">The unit of the numbers.</param>
/// <param name="SlopePerHour">In the unit, an hour.</param>
/// <param name="Change">Over the period, in the unit.</param>
public sealed record TrendData(string Direction, string Unit, double SlopePerHour, double Change);

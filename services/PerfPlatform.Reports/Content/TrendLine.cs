namespace PerfPlatform.Reports.Content;

/// <summary>Where a metric is going.</summary>
/// <param name="Direction"><c>rising</c>, <c>falling</c> or <c>flat</c>.</param>
/// <param name="ChangePerHour">In the metric's unit.</param>
/// <param name="PValue">How likely chance alone is.</param>
public sealed record TrendLine(string Direction, double ChangePerHour, double PValue);

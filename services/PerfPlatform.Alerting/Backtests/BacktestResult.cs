namespace PerfPlatform.Alerting.Backtests;

/// <summary>Every time that a rule would have fired.</summary>
/// <param name="From">The start of the period.</param>
/// <param name="To">Its end.</param>
/// <param name="StepMs">The width of the buckets that were evaluated, 0 for raw samples.</param>
/// <param name="Series">How many series were looked at.</param>
/// <param name="Alerts">The alerts, in the order in which they fired; at most 10,000.</param>
public sealed record BacktestResult(DateTimeOffset From, DateTimeOffset To, long StepMs, int Series, IReadOnlyList<BacktestAlert> Alerts);

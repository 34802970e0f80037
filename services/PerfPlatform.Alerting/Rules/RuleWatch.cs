namespace PerfPlatform.Alerting.Rules;

/// <summary>What the evaluator watches for a rule.</summary>
/// <param name="Groups">How many groups of labels, each with an alert of its own.</param>
/// <param name="UnwatchedSeries">How many series are not watched because the rule, or all rules together, have reached a bound: narrow its filters or group by fewer labels.</param>
public sealed record RuleWatch(int Groups, int UnwatchedSeries);

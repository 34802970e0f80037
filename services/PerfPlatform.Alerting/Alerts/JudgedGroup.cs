using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Alerts;

/// <summary>Up to where an alert that was written says that its group was judged.</summary>
/// <param name="RuleId">The rule.</param>
/// <param name="Fingerprint">The group's alert.</param>
/// <param name="To">Unix milliseconds.</param>
public sealed record JudgedGroup(string RuleId, Fingerprint Fingerprint, long To);

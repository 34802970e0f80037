using PerfPlatform.Alerting.Windows;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Evaluation;

/// <summary>One series within one group of one rule.</summary>
/// <param name="Group">The group.</param>
/// <param name="Fingerprint">The series.</param>
/// <param name="IsDivisor">Whether the group's value is divided by it.</param>
public sealed record GroupSeries(RuleGroup Group, Fingerprint Fingerprint, bool IsDivisor)
{
    /// <summary>Its samples.</summary>
    public SampleWindow Window { get; } = new();
}

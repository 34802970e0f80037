using PerfPlatform.Alerting.Machine;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Alerts;

/// <summary>What happened to an alert.</summary>
/// <param name="Transition">What; <see cref="AlertTransition.None"/> when only its value is newer.</param>
/// <param name="Alert">The alert after it.</param>
/// <param name="Group">The group's own labels, without the rule's.</param>
/// <param name="At">When, Unix milliseconds.</param>
public sealed record AlertChange(AlertTransition Transition, Alert Alert, LabelSet Group, long At);

using PerfPlatform.Alerting.Machine;
using PerfPlatform.Contracts.Alerts;
using PerfPlatform.Contracts.Series;

namespace PerfPlatform.Alerting.Alerts;

/// <summary>An alert that was not over when the process stopped.</summary>
/// <param name="Alert">As it was written last.</param>
/// <param name="Group">The group's own labels.</param>
/// <param name="Status">The state of its machine.</param>
public sealed record ActiveAlert(Alert Alert, LabelSet Group, AlertStatus Status);
